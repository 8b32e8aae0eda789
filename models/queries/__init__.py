"""Select statements per aggregate, named after the question they answer."""
