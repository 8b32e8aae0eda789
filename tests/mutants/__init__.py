"""Edits of the source that break published rules, each with the tests that notice."""
