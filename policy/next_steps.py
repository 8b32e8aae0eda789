"""Next steps that a session leads to: from which day on one may be due (A18)."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo


def earliest_day(starts_at: datetime, zones: Iterable[ZoneInfo], *, now: datetime) -> date:
    """The session's day, or today while the session is still to come; where the zones have different dates, the earlier one."""
    return min(at.astimezone(zone).date() for zone in zones for at in (starts_at, now))
