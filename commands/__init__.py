"""Use cases: one file per verb that a person says; each takes its locks, loads facts, lets policy decide, and applies."""
