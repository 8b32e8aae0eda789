"""What the database stores and enforces."""
