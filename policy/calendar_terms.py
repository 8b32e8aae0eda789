"""The terms of an organisation: each lasts until the next one begins (MODEL 3.5)."""

from bisect import bisect_right
from datetime import UTC, datetime, time

from policy.facts import Zones
from policy.limits import wall_instant


def term_of(zones: Zones, at: datetime) -> int:
    """Which term an instant lies in, by its date in the organisation's zone; 0: before the first, or there are none."""
    return bisect_right(zones.terms, at.astimezone(zones.organisation).date())


def end_of_term(zones: Zones, at: datetime) -> datetime | None:
    """When the term of an instant is over: the midnight at which the next one begins; None where none is dated."""
    place = term_of(zones, at)
    if place >= len(zones.terms):
        return None
    return wall_instant(datetime.combine(zones.terms[place], time(0)), zones.organisation).astimezone(UTC)
