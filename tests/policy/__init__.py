"""The rule book, module by module, and every preset by what it does."""
