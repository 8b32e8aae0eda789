"""Tests: rooms mirrored, acceptance scenarios, and what must hold under every race."""
