"""What is counted and traced, for whoever runs Fortnight: numbers and spans, without a word of anybody's data."""
