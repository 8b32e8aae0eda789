"""A series as one recurring event with its exceptions, in its own zone (MODEL 11, CALENDAR 33 to 36). Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson

from calendar_sync.feed.appointment import Appointment, body, vevent
from calendar_sync.feed.lines import duration, escaped, line, moment, wall_time
from policy.recurrence import Recurrence
from policy.terms import Cadence

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Deviation:
    """A date at which the rule does not hold: there is no session, or one at another time."""

    on: date
    session_id: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    sequence: int
    changed_at: datetime | None
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A series as the database tells it: its rule, the length of its sessions, and its exceptions by date."""

    rule: Recurrence
    length: timedelta
    exceptions: dict[date, Deviation]

    def rule_holds(self, on: date) -> bool:
        """Whether the date lies before the end of the series, if it has one."""
        return self.rule.until is None or on < self.rule.until


def recurring_of(told: str, zone: str) -> Recurring:
    """The series of the JSON text that a feed's row carries."""
    found = orjson.loads(told)
    until = found["until_on"]
    rule = Recurrence(
        cadence=Cadence(found["cadence"]),
        first=date.fromisoformat(found["first_on"]),
        at=time.fromisoformat(found["at"]),
        zone=ZoneInfo(zone),
        until=None if until is None else date.fromisoformat(until),
    )
    places = [_deviation(*place) for place in found["places"]]
    return Recurring(rule=rule, length=timedelta(minutes=found["minutes"]), exceptions={one.on: one for one in places})


def _deviation(
    on: str,
    session_id: int | None,
    starts: float | None,
    ends: float | None,
    sequence: int | None,
    changed: float | None,
    stands: bool | None,  # noqa: FBT001  a row of JSON has no names
) -> Deviation:
    return Deviation(
        on=date.fromisoformat(on),
        session_id=session_id,
        starts_at=_instant(starts),
        ends_at=_instant(ends),
        sequence=sequence or 0,
        changed_at=_instant(changed),
        stands=bool(stands),
    )


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A stretch of a series between two dates at which the clock skips its time; `before` does not belong to it."""

    start: date
    before: date | None
    uid: str

    def holds(self, on: date) -> bool:
        """Whether the date lies in it."""
        return self.start <= on and (self.before is None or on < self.before)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLines:
    """The first date that a recurring event names, its rule, and the dates that this names in vain."""

    first: date
    texts: tuple[str, ...]


def vevents(series: Recurring, master: Appointment, *, until: datetime) -> str:
    """The master, an override for each session that was moved, and an event of its own in UTC for each that no reader of
    calendars would find at the right instant, because clocks change at it; those are looked for up to `until` (CALENDAR 36).

    Where the clock skips the time of an occurrence, the master goes on in another event: libical (3.0) is at the wrong hour after it.
    """
    odd = odd_dates(series, until)
    texts: list[str] = []
    for part in _parts(series, master.uid, odd):
        lines = rule_lines(series, odd, part)
        if lines is not None:
            own = replace(master, uid=part.uid)
            texts.append(_master(series, own, lines))
            moved = [
                one for one in series.exceptions.values() if one.stands and one.on not in odd and part.holds(one.on)
            ]
            texts += [_override(series, own, one) for one in moved]
    texts += [_own(series, master, on) for on in sorted(odd) if _takes_place(series, on)]
    return "".join(texts)


def _parts(series: Recurring, uid: str, odd: frozenset[date]) -> Iterator[Part]:
    """The stretches between skipped times; the first has the name of the series, a later one is named by what it follows."""
    start = series.rule.first
    for gap in sorted(on for on in odd if _skips(series, on)):
        yield Part(start=start, before=gap, uid=uid)
        start, uid = gap + timedelta(days=1), f"{gap:%Y%m%d}-from-{uid.rpartition('-from-')[2]}"
    yield Part(start=start, before=None, uid=uid)


def odd_dates(series: Recurring, until: datetime) -> frozenset[date]:
    """The dates at which the wall clock of the zone is skipped, comes twice, or changes during the session.

    Beyond the end of the series those alone that were dealt with before it ended: what stood by itself goes on to, or is taken away.
    """
    found: set[date] = set()
    for one in replace(series.rule, until=until.date()).occurrences():
        if not series.rule_holds(one.on) and one.on not in series.exceptions:
            continue
        local = one.starts_at.astimezone(series.rule.zone)
        end = (one.starts_at + series.length).astimezone(series.rule.zone)
        shown = local.replace(tzinfo=None)
        twice = local.utcoffset() != local.replace(fold=1).utcoffset()
        if twice or shown != datetime.combine(one.on, series.rule.at) or end.utcoffset() != local.utcoffset():
            found.add(one.on)
    return frozenset(found)


def _skips(series: Recurring, on: date) -> bool:
    """Whether the clock goes forward at the start of this occurrence, or during it."""
    starts, zone = series.rule.occurrence(on).starts_at, series.rule.zone
    shown = starts.astimezone(zone).replace(tzinfo=None)
    first, last = (at.astimezone(zone).utcoffset() or timedelta(0) for at in (starts, starts + series.length))
    return shown != datetime.combine(on, series.rule.at) or last > first


def _takes_place(series: Recurring, on: date) -> bool:
    return series.exceptions[on].stands if on in series.exceptions else series.rule_holds(on)


def _master(series: Recurring, master: Appointment, lines: RuleLines) -> str:
    times = [
        f"DTSTART;TZID={master.zone}:{wall(series.rule, lines.first)}",
        f"DURATION:{duration(series.length)}",
        *lines.texts,
    ]
    return "".join(map(line, body(master, times)))


def rule_lines(series: Recurring, odd: frozenset[date], part: Part | None = None) -> RuleLines | None:
    """What a recurring event says of a series or of a part of it, in its zone (CALENDAR 5, 33); None: there is nothing to show.

    Where a session stands beyond the end, the rule reaches to it and names in vain what lies between: readers disagree about RDATE.
    """
    part = part or Part(start=series.rule.first, before=None, uid="")
    rule = _reaching(series, odd)
    rule = rule if part.before is None else rule.before(part.before)
    first = next(rule.dates(part.start), None)
    if first is None:
        return None
    cancelled = {on for on, one in series.exceptions.items() if not one.stands}
    named = rule.dates(first) if rule.until is not None else iter(sorted(cancelled | odd))
    left_out = [on for on in named if on >= first and (on in cancelled | odd or not _takes_place(series, on))]
    tzid = f"TZID={rule.zone.key}"
    return RuleLines(
        first=first,
        texts=(f"RRULE:{rrule(rule)}", *(f"EXDATE;{tzid}:{wall(rule, on)}" for on in left_out)),
    )


def _reaching(series: Recurring, odd: frozenset[date]) -> Recurrence:
    """The rule, up to the last session that stands beyond its end, if there is one."""
    beyond = {on for on, one in series.exceptions.items() if one.stands and not series.rule_holds(on)} - odd
    return replace(series.rule, until=max(beyond) + timedelta(days=1)) if beyond else series.rule


def rrule(rule: Recurrence) -> str:
    """The rule in the words of RFC 5545; its end is the last instant that belongs to it, in UTC."""
    weekday = WEEKDAYS[rule.first.weekday()]
    match rule.cadence:
        case Cadence.WEEKLY:
            parts = ["FREQ=WEEKLY", f"BYDAY={weekday}"]
        case Cadence.FORTNIGHTLY:
            # From Monday on, so that "every other week" means the same to everybody.
            parts = ["FREQ=WEEKLY", "INTERVAL=2", "WKST=MO", f"BYDAY={weekday}"]
        case Cadence.MONTHLY:
            number = rule.weekday_of_month
            parts = ["FREQ=MONTHLY", f"BYDAY={-1 if number == 5 else number}{weekday}"]
    if rule.until is not None:
        last = list(rule.dates())[-1]
        parts.append(f"UNTIL={moment(rule.occurrence(last).starts_at)}")
    return ";".join(parts)


def wall(rule: Recurrence, on: date) -> str:
    """The local time by the rule, as it stands there, also where the clock does not show it."""
    return wall_time(datetime.combine(on, rule.at))


def _override(series: Recurring, master: Appointment, one: Deviation) -> str:
    starts, ends = one.starts_at or master.starts_at, one.ends_at or master.ends_at
    moved = replace(
        master, starts_at=starts, ends_at=ends, sequence=one.sequence, changed_at=one.changed_at or master.changed_at
    )
    text = vevent(moved)
    mark = line(f"RECURRENCE-ID;TZID={master.zone}:{wall(series.rule, one.on)}")
    head = line(f"UID:{escaped(master.uid)}")
    return text.replace(head, head + mark, 1)


def _own(series: Recurring, master: Appointment, on: date) -> str:
    """The occurrence alone, under a name of its own, in UTC."""
    one = series.exceptions.get(on)
    starts = series.rule.occurrence(on).starts_at if one is None or one.starts_at is None else one.starts_at
    ends = starts + series.length if one is None or one.ends_at is None else one.ends_at
    alone = replace(master, uid=f"{on:%Y%m%d}-{master.uid}", sequence=0 if one is None else one.sequence)
    return "".join(map(line, body(alone, [f"DTSTART:{moment(starts)}", f"DTEND:{moment(ends)}"])))
