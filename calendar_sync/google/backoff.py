"""How long to wait before the next attempt (CALENDAR 19)."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(seconds=2)
LONGEST: Final = timedelta(hours=1)
_ENOUGH_DOUBLINGS: Final = 32


def delay(attempt: int, fraction: float, *, retry_after: timedelta | None = None) -> timedelta:
    """The wait after failed attempt number `attempt`, counted from 1: truncated exponential with full jitter.

    `fraction` is a random number in [0, 1), drawn by the caller. Google's own `retry_after` is a lower bound, and
    the jitter is laid on top of it, so that those told the same do not come back together.
    Raises ValueError outside these ranges.
    """
    if attempt < 1 or not 0 <= fraction < 1:
        raise ValueError("attempts count from 1 and the fraction lies in [0, 1)")
    ceiling = min(LONGEST, FIRST * 2 ** min(attempt - 1, _ENOUGH_DOUBLINGS))
    return ceiling * fraction + (retry_after or timedelta(0))
