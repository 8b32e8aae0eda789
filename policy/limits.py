"""Limits of notice: elapsed time or a local time some days before the start (MODEL 2.2, D-02, D-45, D-57)."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DURATION = re.compile(r"P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9})S)?)?", re.ASCII)
LOCAL = re.compile(r"(\d{1,3})(b?)d (\d\d):(\d\d)", re.ASCII)
LONGEST = timedelta(days=3653)
TICK = timedelta(microseconds=1)
"""The step of our instants."""


def parse_duration(text: str) -> timedelta:
    """An ISO 8601 duration of weeks, days, hours, minutes and seconds, ten years at most. Raises ValueError."""
    found = DURATION.fullmatch(text)
    if found is None or text.endswith(("P", "T")):
        raise ValueError(f"{text!r} is not a duration such as PT48H")
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    span = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if span > LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return span


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """Either `elapsed` before the start, or `at` local time `days` (calendar or business) before the start's local date."""

    text: str
    elapsed: timedelta | None = None
    days: int = 0
    business: bool = False
    at: time | None = None

    def instant(self, start: datetime, *, zone: ZoneInfo, holidays: frozenset[date] = frozenset()) -> datetime:
        """The last instant at which the notice is kept, for a session that starts then."""
        if self.elapsed is not None:
            return start - self.elapsed
        day = start.astimezone(zone).date()
        left = self.days
        while left > 0:
            day -= timedelta(days=1)
            left -= not self.business or (day.weekday() < 5 and day not in holidays)
        return wall_instant(datetime.combine(day, self.at or time(0)), zone)


def parse_limit(text: str) -> Limit:
    """`PT48H`, `1d 20:00`, `1bd 20:00`, `0d 00:00`. Raises ValueError."""
    found = LOCAL.fullmatch(text)
    if found is None:
        return Limit(text=text, elapsed=parse_duration(text))
    days, business, hour, minute = found.groups()
    return Limit(text=text, days=int(days), business=bool(business), at=time(int(hour), int(minute)))


def wall_instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a local time: in a gap moved forward by the gap, in an overlap the first (MODEL 2.8)."""
    first = local.replace(tzinfo=zone, fold=0)
    return first.astimezone(UTC)
