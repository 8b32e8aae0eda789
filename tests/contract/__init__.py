"""The contract held against public suites: GraphQL over HTTP, lint rules, and requests that nobody of ours has written."""
