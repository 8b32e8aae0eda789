"""Figures and spans, asked for and received as an operator's programs do it."""
