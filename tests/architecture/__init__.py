"""The house itself: arrows, sizes, words."""
