"""The tour of the README, run as printed."""
