"""Tables, invariants and queries: what is stored, and what is asked of the database."""
