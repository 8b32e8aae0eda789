"""Series: planned, created, extended, changed, split and ended (MODEL 5.3)."""
