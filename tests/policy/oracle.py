"""Openings worked out the slow way: walking the minutes of UTC and reading each zone's clock, sharing no code with openings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from policy.facts import Availability, Interval, Zones
from policy.openings import PublishedHours, WeeklyHours
from policy.resolved import ResolvedPolicy

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@cache
def transitions(zone: str) -> tuple[datetime, ...]:
    """The whole hours of 2026 to 2028 in which the zone's clock changes."""
    found: list[datetime] = []
    at, known = datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo(zone)
    while at.year < 2029:
        if at.astimezone(known).utcoffset() != (at + HOUR).astimezone(known).utcoffset():
            found.append(at)
        at += HOUR
    return tuple(found)


@cache
def clock(zone: str, first: datetime, days: int) -> dict[datetime, datetime]:
    """What the zone's clock shows at each minute of these days."""
    known = ZoneInfo(zone)
    minutes = (first + n * MINUTE for n in range(days * 24 * 60))
    return {at: at.astimezone(known).replace(tzinfo=None) for at in minutes}


@cache
def first_showings(zone: str, first: datetime, days: int) -> dict[datetime, datetime]:
    """The first minute at which the clock shows each local time; local times that it never shows are missing."""
    return {wall: at for at, wall in reversed(clock(zone, first, days).items())}


def shows_first(zone: str, first: datetime, days: int, wanted: datetime) -> datetime:
    """The first minute at which the clock shows this; where it never does, as far after the gap as it lies in it."""
    showings, shown = first_showings(zone, first, days), clock(zone, first, days)
    if wanted in showings:
        return showings[wanted]
    before = max((at for at, wall in shown.items() if wall < wanted), key=lambda at: shown[at])
    return showings[wanted + (shown[before + MINUTE] - shown[before] - MINUTE)]


def hours_of(published: PublishedHours, zone: str, first: datetime, days: int) -> list[Interval]:
    """The published hours of these days, each end read off the clock."""
    around = (zone, first - 3 * DAY, days + 8)
    found: list[Interval] = []
    day = first.date() - DAY
    while day <= first.date() + (days + 1) * DAY:
        for hours in _said_of(published, day):
            until = day if hours.end.hour or hours.end.minute else day + DAY
            start = shows_first(*around, datetime.combine(day, hours.start))
            end = shows_first(*around, datetime.combine(until, hours.end))
            found += [Interval(start=start, end=end)] if start < end else []
        day += DAY
    return found


def _said_of(published: PublishedHours, day: date) -> Sequence[WeeklyHours]:
    """What is published for a date: its own hours, else none on a holiday, else those of its weekday."""
    if day in published.overrides:
        return published.overrides[day]
    return () if day in published.holidays else [one for one in published.weekly if one.weekday == day.weekday()]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Everything that an opening depends on; the hours of `availability` are read from `published`."""

    policy: ResolvedPolicy
    zones: Zones
    published: PublishedHours
    availability: Availability
    first: datetime
    days: int
    now: datetime


def starts(wish: Wish) -> Iterator[datetime]:
    """The starts of these days, minute by minute."""
    hours = hours_of(wish.published, wish.zones.coach.key, wish.first, wish.days)
    open_minutes = {minute for one in hours for minute in _minutes(one.start, one.end, wish)}
    shown = clock(wish.zones.coach.key, wish.first, wish.days)
    length = wish.policy.kind.duration // MINUTE
    for at, wall in shown.items():
        if (
            (wall - datetime.combine(wall.date(), datetime.min.time())) % wish.policy.duration("booking.start_grid")
            == timedelta(0)
            and all(at + n * MINUTE in open_minutes for n in range(length))
            and not _taken(wish, at)
            and _in_time(wish, at)
        ):
            yield at


def _minutes(start: datetime, end: datetime, wish: Wish) -> Iterator[datetime]:
    at = max(start, wish.first - DAY)
    while at < min(end, wish.first + (wish.days + 2) * DAY):
        yield at
        at += MINUTE


def _taken(wish: Wish, at: datetime) -> bool:
    facts, end = wish.availability, at + wish.policy.kind.duration
    gap = max(facts.buffer_before, facts.buffer_after)
    near = [
        *((one, gap) for one in facts.coach_busy),
        *((one, timedelta(0)) for one in (*facts.off, *facts.member_busy)),
    ]
    return any(one.start - apart < end and at < one.end + apart for one, apart in near)


def _in_time(wish: Wish, at: datetime) -> bool:
    policy, now = wish.policy, wish.now
    if at <= now or at - now < policy.duration("booking.min_notice"):
        return False
    if policy.value("entitlement.period") == "NONE":
        return at - now <= policy.duration("booking.horizon")
    local, today = at.astimezone(wish.zones.accounting), now.astimezone(wish.zones.accounting)
    ahead = _month(local.date()) - _month(today.date())
    day = policy.optional_integer("booking.deadline_day")
    return ahead <= policy.integer("booking.horizon_periods") and (ahead > 0 or day is None or today.day <= day)


def _month(day: date) -> int:
    return day.year * 12 + day.month
