"""An oracle for wall clocks: it walks UTC and looks at what a clock there shows. It asks no zone to turn a local time into an instant.

A stretch of UTC in which the offset does not change is read as a whole: in it each local time is shown once. Where the offset
changes is found by looking at the clock, down to the minute.
"""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, available_timezones

MINUTE = timedelta(minutes=1)
LOOK = timedelta(hours=6)
"""How often the clock is looked at; no zone changes its offset there and back within that time."""


def shown(zone: ZoneInfo, at: datetime) -> datetime:
    """What a clock in the zone shows at this instant, as its bare fields."""
    local = at.astimezone(zone)
    return datetime(local.year, local.month, local.day, local.hour, local.minute, local.second)


@dataclass(frozen=True)
class Stretch:
    """`[start, end)` of UTC, in which the clock is ahead of UTC by `ahead`."""

    start: datetime
    end: datetime
    ahead: timedelta

    def reading(self, local: datetime) -> datetime | None:
        """The instant of this stretch at which the clock shows `local`."""
        at = (local - self.ahead).replace(tzinfo=UTC)
        return at if self.start <= at < self.end else None


def stretches(zone: ZoneInfo, start: datetime, end: datetime) -> list[Stretch]:
    """The stretches of `[start, end)` in order."""
    found: list[Stretch] = []
    begin, at, ahead = start, start, _ahead(zone, start)
    while at < end:
        after = min(at + LOOK, end)
        found_ahead = _ahead(zone, after)
        if found_ahead != ahead:
            change = _change(zone, at, after)
            found.append(Stretch(begin, change, ahead))
            begin = change
        at, ahead = after, found_ahead
    return [*found, Stretch(begin, end, _ahead(zone, begin))]


@cache
def every_clock(start: datetime, end: datetime) -> Mapping[tuple[Stretch, ...], str]:
    """One zone for each way in which clocks behave in `[start, end)`."""
    found: dict[tuple[Stretch, ...], str] = {}
    for name in zones():
        found.setdefault(tuple(stretches(ZoneInfo(name), start, end)), name)
    return found


@cache
def zones() -> tuple[str, ...]:
    """Every zone of the tz database, in order, but of all names for one and the same file the first alone."""
    return tuple(sorted({_file_of(name): name for name in sorted(available_timezones(), reverse=True)}.values()))


def _file_of(name: str) -> bytes:
    return resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    return shown(zone, at) - at.replace(tzinfo=None)


def _change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first minute after `low` at which the clock is not where it was."""
    before = _ahead(zone, low)
    steps = int((high - low) / MINUTE)
    first, last = 0, steps
    while last - first > 1:
        middle = (first + last) // 2
        first, last = (middle, last) if _ahead(zone, low + middle * MINUTE) == before else (first, middle)
    return low + last * MINUTE


def instant_of(clock: list[Stretch], on: date, at: time) -> datetime:
    """When the clock first shows this local time; one that it skips is as far into the stretch after the gap as into the gap (D-45)."""
    local = datetime.combine(on, at)
    readings = [found for one in clock if (found := one.reading(local)) is not None]
    if readings:
        return min(readings)
    for earlier, later in itertools.pairwise(clock):
        stops, goes_on = (later.start.replace(tzinfo=None) + side.ahead for side in (earlier, later))
        if stops <= local < goes_on:
            return later.start + (local - stops)
    raise LookupError(f"{local} is not in this stretch of time")
