"""The trial of a policy over an organisation's own record: read, replayed, compared; nothing is written (D-63)."""
