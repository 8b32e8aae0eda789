"""The rule book: what may happen, and what it costs. Pure functions of facts; no clock, no I/O, no logging."""
