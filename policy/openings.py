"""The starts that a coach offers. One function says them and accepts them: what is not among them cannot be taken (PEERS 2–5).

A start is open where the whole session lies in published hours, outside times off and taken intervals, with the coach's buffers
between sessions, on the grid of the coach's wall clock, and inside notice, horizon and booking deadline.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.decisions import Objection
from policy.facts import Availability, Interval, Zones
from policy.limits import TICK
from policy.periods import booking_deadline, horizon_end, period_of
from policy.resolved import ResolvedPolicy
from policy.terms import PeriodKind, RefusalCode

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyHours:
    """Published hours of one weekday (Monday is 0), local times; `end` 00:00 is the end of the day."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedHours:
    """A coach's week, and the dates on which it does not hold, all in the zone of the hours.

    `overrides`: what is offered on a date instead, also on a holiday; no stretch at all is a day off. `holidays` are days off.
    """

    weekly: Sequence[WeeklyHours]
    overrides: Mapping[date, Sequence[WeeklyHours]] = field(default_factory=dict[date, Sequence[WeeklyHours]])
    holidays: frozenset[date] = frozenset()

    def on(self, day: date) -> Iterator[WeeklyHours]:
        """The stretches of this date."""
        if day in self.overrides:
            yield from self.overrides[day]
        elif day not in self.holidays:
            yield from (hours for hours in self.weekly if hours.weekday == day.weekday())


def expand_weekly(
    weekly: Sequence[WeeklyHours], zone: ZoneInfo, *, start: datetime, end: datetime
) -> tuple[Interval, ...]:
    """The hours around `[start, end)` of a week that holds on every date; see `expand_hours`."""
    return expand_hours(PublishedHours(weekly=weekly), zone, start=start, end=end)


def expand_hours(published: PublishedHours, zone: ZoneInfo, *, start: datetime, end: datetime) -> tuple[Interval, ...]:
    """The published hours around `[start, end)` as UTC intervals: all that begin or end in it or within a day of it.

    A local time that a clock change skips is moved forward by the gap, one that comes twice is the first (D-45); a stretch that
    thereby ends before it begins is none. Stretches that touch each other are one.
    """
    found: list[Interval] = []
    day = start.astimezone(zone).date() - DAY
    last = end.astimezone(zone).date() + DAY
    while day <= last:
        for hours in published.on(day):
            until = day + DAY if hours.end == time(0) else day
            opens = datetime.combine(day, hours.start, zone).astimezone(UTC)
            closes = datetime.combine(until, hours.end, zone).astimezone(UTC)
            found += [Interval(start=opens, end=closes)] if opens < closes else []
        day += DAY
    return merged(found)


def merged(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same time in as few intervals as possible, in order."""
    found: list[Interval] = []
    for one in sorted(intervals, key=lambda interval: interval.start):
        if found and one.start <= found[-1].end:
            found[-1] = Interval(start=found[-1].start, end=max(found[-1].end, one.end))
        else:
            found.append(one)
    return tuple(found)


def offered_starts(
    policy: ResolvedPolicy, zones: Zones, availability: Availability, *, start: datetime, end: datetime, now: datetime
) -> tuple[datetime, ...]:
    """The starts in `[start, end)` that a member with credit can book, or ask the coach for, at `now`, in order, UTC.

    `availability` reaches at least a session's length and the buffers beyond both ends.
    """
    if not policy.flag("booking.self_service"):
        return ()
    windows = [one for one in _by_period(policy, zones, start, end) if _in_time(policy, zones, one.start, now=now)]
    return _starts(policy, zones, availability, windows, now=now)


def starts_to_move_to(
    policy: ResolvedPolicy, zones: Zones, availability: Availability, *, start: datetime, end: datetime, now: datetime
) -> tuple[datetime, ...]:
    """The starts in `[start, end)` to which a member can move a session at `now`: no booking deadline applies (D-07, D-64)."""
    return _starts(policy, zones, availability, [Interval(start=start, end=end)], now=now)


def starts_free_of_notice(
    policy: ResolvedPolicy, zones: Zones, availability: Availability, *, start: datetime, end: datetime, now: datetime
) -> tuple[datetime, ...]:
    """The starts in `[start, end)` at which the coach is there and nobody has them, however far ahead of what a member may book."""
    return _starts_from(policy, zones, availability, [Interval(start=start, end=end)], earliest=now + TICK, latest=end)


def _by_period(policy: ResolvedPolicy, zones: Zones, start: datetime, end: datetime) -> Iterator[Interval]:
    """`[start, end)` cut where one period ends and the next begins."""
    while start < end:
        period = period_of(policy, zones, start)
        until = end if period is None else min(period.end, end)
        yield Interval(start=start, end=until)
        start = until


def _in_time(policy: ResolvedPolicy, zones: Zones, start: datetime, *, now: datetime) -> bool:
    deadline = booking_deadline(policy, zones, start)
    return deadline is None or now <= deadline


def _starts(
    policy: ResolvedPolicy,
    zones: Zones,
    availability: Availability,
    windows: Sequence[Interval],
    *,
    now: datetime,
) -> tuple[datetime, ...]:
    earliest = max(now + TICK, now + policy.duration("booking.min_notice"))
    latest = horizon_end(policy, zones, now=now) - TICK
    return _starts_from(policy, zones, availability, windows, earliest=earliest, latest=latest)


def _starts_from(
    policy: ResolvedPolicy,
    zones: Zones,
    availability: Availability,
    windows: Sequence[Interval],
    *,
    earliest: datetime,
    latest: datetime,
) -> tuple[datetime, ...]:
    grid = _Grid(policy.duration("booking.start_grid"), zones.coach)
    free = list(_free(availability, policy.kind.duration))
    found: list[datetime] = []
    for window in windows:
        lowest, highest = max(window.start, earliest), min(window.end - TICK, latest)
        for first, last in free:
            if last >= lowest and first <= highest:
                found += grid.between(max(first, lowest), min(last, highest))
    return tuple(found)


def _free(availability: Availability, length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Ranges of starts, both ends included, at which a session of this length fits: one pass over hours and what is taken."""
    blocked = _blocked(availability, length)
    after, before = next(blocked, NEVER)
    for hours in merged(availability.hours):
        first, last = hours.start, hours.end - length
        while before <= first:
            after, before = next(blocked, NEVER)
        while after < last and before > first:
            if first <= after:
                yield first, after
            first = before
            if before <= last:
                after, before = next(blocked, NEVER)
        if first <= last:
            yield first, last


NEVER = (datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))
"""After everything that is taken."""


def _blocked(availability: Availability, length: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Open ranges of starts at which a session would touch what is taken, in order and apart: both of their ends are free."""
    gap = max(availability.buffer_before, availability.buffer_after)
    ranges = [(one.start - length - gap, one.end + gap) for one in availability.coach_busy]
    ranges += [
        (one.start - length, one.end)
        for one in (*availability.off, *availability.coach_away, *availability.member_busy)
    ]
    ranges.sort()
    after, before = ranges[0] if ranges else NEVER
    for next_after, next_before in ranges:
        if next_after < before:
            before = max(before, next_before)
        else:
            yield after, before
            after, before = next_after, next_before
    if ranges:
        yield after, before


class _Grid:
    """The instants whose local time is a multiple of a step since local midnight; remembers the day it was last asked about."""

    def __init__(self, step: timedelta, zone: ZoneInfo) -> None:
        self._step = step
        self._zone = zone
        self._midnight = NEVER[0]
        self._until = NEVER[0]
        self._steady = True

    def between(self, first: datetime, last: datetime) -> Iterator[datetime]:
        """Those from `first` to `last`, both included, in order."""
        while first <= last:
            if not self._midnight <= first < self._until:
                self._turn_to(first)
            until = min(last, self._until - TICK)
            if self._steady:
                at = self._midnight + -((self._midnight - first) // self._step) * self._step
                while at <= until:
                    yield at
                    at += self._step
            else:
                # The clock changes on this day: every minute is looked at.
                yield from (at for at in _minutes(first, until) if not _wall_time(at, self._zone) % self._step)
            first = until + TICK

    def _turn_to(self, instant: datetime) -> None:
        """The local day that holds the instant, as long as a day of 24 hours, and whether the clock stands still in it."""
        local = instant.astimezone(self._zone)
        offset = local.utcoffset() or timedelta(0)
        self._midnight = datetime.combine(local.date(), time(0), UTC) - offset
        self._until = self._midnight + DAY
        ends = (self._midnight, self._until - TICK)
        self._steady = all(one.astimezone(self._zone).utcoffset() == offset for one in ends)


def _minutes(first: datetime, last: datetime) -> Iterator[datetime]:
    at = first.replace(second=0, microsecond=0)
    at += MINUTE if at < first else timedelta(0)
    while at <= last:
        yield at
        at += MINUTE


def _wall_time(at: datetime, zone: ZoneInfo) -> timedelta:
    """What a clock in the zone shows, as time since 00:00."""
    local = at.astimezone(zone).replace(tzinfo=None)
    return local - datetime.combine(local.date(), time(0))


def starts_within(policy: ResolvedPolicy, zones: Zones, within: Interval) -> tuple[datetime, ...]:
    """The starts of the grid at which a session fits into the interval, whether or not anybody is free then."""
    last = within.end - policy.kind.duration
    return tuple(_Grid(policy.duration("booking.start_grid"), zones.coach).between(within.start, last))


def is_start_within(policy: ResolvedPolicy, zones: Zones, within: Interval, start: datetime) -> bool:
    """Whether this is one of `starts_within`, without counting them."""
    inside = within.start <= start <= within.end - policy.kind.duration
    return inside and any(_Grid(policy.duration("booking.start_grid"), zones.coach).between(start, start))


def objection_to_start(
    policy: ResolvedPolicy, zones: Zones, availability: Availability, start: datetime, *, now: datetime
) -> Objection | None:
    """Why a member cannot take this start; None if it is among those offered. That alone decides, the rest names the reason.

    The booking deadline has a code of its own, which is asked for elsewhere.
    """
    offered = starts_to_move_to(policy, zones, availability, start=start, end=start + TICK, now=now)
    if start in offered:
        return None
    if start <= now:
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="D-05")
    if start < now + policy.duration("booking.min_notice"):
        return Objection(code=RefusalCode.NOTICE_TOO_SHORT, parameter="booking.min_notice")
    if start >= horizon_end(policy, zones, now=now):
        name = "booking.horizon" if policy.period is PeriodKind.NONE else "booking.horizon_periods"
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter=name)
    if not any(_Grid(policy.duration("booking.start_grid"), zones.coach).between(start, start)):
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="booking.start_grid")
    return _objection_to_place(policy, zones, availability, start, now=now)


def _objection_to_place(
    policy: ResolvedPolicy, zones: Zones, availability: Availability, start: datetime, *, now: datetime
) -> Objection:
    """Whether the time itself is not offered, or somebody has it (M2)."""
    nobody = replace(availability, coach_busy=(), member_busy=())
    open_otherwise = starts_to_move_to(policy, zones, nobody, start=start, end=start + TICK, now=now)
    if open_otherwise and is_taken(availability, start, policy.kind.duration):
        return Objection(code=RefusalCode.SLOT_TAKEN, parameter="D-49")
    return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="openings")


def is_taken(availability: Availability, start: datetime, length: timedelta) -> bool:
    """Whether a session of the coach or of the member lies in this time (D-51)."""
    wanted = Interval(start=start, end=start + length)
    return any(wanted.overlaps(one) for one in (*availability.coach_busy, *availability.member_busy))


def objection_to_time(
    availability: Availability, start: datetime, length: timedelta, *, now: datetime
) -> Objection | None:
    """Why a coach or staff cannot put a session here: hours, grid, notice and horizon bind only members.

    What is taken, by a session or elsewhere, binds everybody (D-35).
    """
    if start <= now or start.second or start.microsecond:
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="D-05" if start <= now else "D-49")
    if is_taken(availability, start, length):
        return Objection(code=RefusalCode.SLOT_TAKEN, parameter="D-49")
    if any(Interval(start=start, end=start + length).overlaps(one) for one in availability.coach_away):
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="D-35")
    return None
