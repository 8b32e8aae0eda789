"""The verbs, where scenarios do not reach."""
