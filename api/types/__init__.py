"""The output types of the contract, one family per file."""
