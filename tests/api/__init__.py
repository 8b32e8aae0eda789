"""The API: HTTP, limits and errors by themselves, types and verbs on a real database."""
