"""GraphQL and HTTP: how everything is said to a browser."""
