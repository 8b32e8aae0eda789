"""How long a mail waits before it is tried again, and when trying has lost its point (RFC 5321, 4.5.4.1)."""

from datetime import timedelta
from typing import Final

FIRST: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(hours=1)
GIVE_UP_AFTER: Final = timedelta(days=3)
_ENOUGH_DOUBLINGS: Final = 16


def delay(attempt: int, fraction: float) -> timedelta:
    """The wait after failed attempt number `attempt`, counted from 1: doubled each time, the last half of it by chance.

    `fraction` is a random number in [0, 1), drawn by the caller. At least half a minute, because a server that greylists
    wants to see patience. Raises ValueError outside these ranges.
    """
    if attempt < 1 or not 0 <= fraction < 1:
        raise ValueError("attempts count from 1 and the fraction lies in [0, 1)")
    ceiling = min(LONGEST, FIRST * 2 ** min(attempt - 1, _ENOUGH_DOUBLINGS))
    return ceiling / 2 + ceiling / 2 * fraction
