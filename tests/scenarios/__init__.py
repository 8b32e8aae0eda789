"""Acceptance scenarios through the public GraphQL API of a sandbox, each test named after its id."""
