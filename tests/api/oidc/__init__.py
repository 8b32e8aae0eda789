"""Sign-in with an issuer's tokens."""
