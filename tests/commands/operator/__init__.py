"""The verbs of the operator's side on a real database: who may, what is written, and what is not."""
