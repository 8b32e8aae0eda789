"""Measured figures, each beside its floor in the same run."""
