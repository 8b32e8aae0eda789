"""GraphQL over HTTP: negotiation, bodies, status codes, headers."""
