"""rateLimit: what the caller may still ask for."""

from api.context import Info
from api.types.rate_limit import RateLimit
from api.types.rate_limit import rate_limit as limit_of


def rate_limit(info: Info) -> RateLimit | None:
    """What this document costs, and what you may still ask for in this minute; null where the operator has set no limit."""
    operation = info.context
    operation.signed_in()
    return None if operation.charge is None else limit_of(operation.charge)
