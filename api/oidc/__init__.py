"""Sign-in with the tokens of an OpenID Connect issuer: what it publishes, which of its keys we hold, what a token says."""
