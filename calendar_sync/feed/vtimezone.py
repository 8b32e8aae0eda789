"""VTIMEZONE, written from the tz database (CALENDAR 35). Pure.

A zone with a yearly rule is described by it, for ever; any other by one observance for each onset in the years needed.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from calendar_sync.feed.lines import END, escaped, offset, wall_time
from calendar_sync.feed.onsets import Onset, onsets, yearly_onsets

REMEMBERED: Final = 1024
"""Zones and spans of years whose text is kept: all zones of the world with their present years."""

EDGE: Final = timedelta(days=2)
"""How far the wall time of an instant may lie from it, generously."""


def vtimezone(zone: str, first: datetime, last: datetime) -> str:
    """The component that gives every instant from `first` to `last` its wall time in `zone`.

    Both are UTC; only their years matter, so that the text stays the same from day to day.
    """
    return _written(zone, first.year, last.year)


@lru_cache(maxsize=REMEMBERED)
def _written(name: str, first: int, last: int) -> str:
    zone = ZoneInfo(name)
    # A year earlier, so that something is in force on the first day, whatever the hemisphere.
    rules = yearly_onsets(zone, first - 1)
    observances = [_observance(rule.first, rule.by) for rule in rules] if rules else _one_by_one(zone, first, last)
    body = "".join(observances)
    return f"BEGIN:VTIMEZONE{END}TZID:{name}{END}{body}END:VTIMEZONE{END}"


def _one_by_one(zone: ZoneInfo, first: int, last: int) -> list[str]:
    """What holds at the beginning, then one observance for each onset."""
    start, end = datetime(first, 1, 1, tzinfo=UTC) - EDGE, datetime(last + 1, 1, 1, tzinfo=UTC) + EDGE
    return [_observance(_beginning(zone, start)), *map(_observance, onsets(zone, start, end))]


def _beginning(zone: ZoneInfo, start: datetime) -> Onset:
    local = start.astimezone(zone)
    standing = local.utcoffset() or timedelta(0)
    name, daylight = local.tzname() or "", bool(local.dst())
    return Onset(at=start, before=standing, after=standing, name=name, daylight=daylight)


def _observance(onset: Onset, by: str | None = None) -> str:
    kind = "DAYLIGHT" if onset.daylight else "STANDARD"
    lines = [
        f"BEGIN:{kind}",
        f"DTSTART:{wall_time(onset.local)}",
        f"TZOFFSETFROM:{offset(onset.before)}",
        f"TZOFFSETTO:{offset(onset.after)}",
        f"TZNAME:{escaped(onset.name)}",
        *([] if by is None else [f"RRULE:FREQ=YEARLY;{by}"]),
        f"END:{kind}",
    ]
    return "".join(one + END for one in lines)
