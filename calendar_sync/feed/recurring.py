"""A series as one recurring event with its exceptions, in its own zone (MODEL 11, CALENDAR 33 to 36). Pure."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import orjson

from calendar_sync.feed.appointment import Appointment, body, vevent
from calendar_sync.feed.lines import duration, escaped, line, moment, wall_time
from policy.recurrence import Recurrence
from policy.terms import Cadence

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BACK = timedelta(days=400)


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


def vevents(series: Recurring, master: Appointment, *, until: datetime) -> str:
    """The master, an override for each session that was moved, and an event of its own in UTC for each that no reader of
    calendars would find at the right instant, because clocks change at it; those are looked for up to `until` (CALENDAR 36).
    """
    odd = odd_dates(series, until)
    plain = [one for one in series.exceptions.values() if one.stands and one.on not in odd]
    parts = [_master(series, master, odd)] if shows_something(series, odd) else []
    parts += [_override(series, master, one) for one in plain]
    parts += [_own(series, master, on) for on in sorted(odd) if _takes_place(series, on)]
    return "".join(parts)


def odd_dates(series: Recurring, until: datetime) -> frozenset[date]:
    """The dates at which the wall clock of the zone is skipped, comes twice, or changes during the session.

    Beyond the end of the series those alone that were dealt with before it ended: what stood by itself goes on to, or is taken away.
    """
    start = max(series.rule.first, (until - 2 * BACK).date())
    found: set[date] = set()
    for one in replace(series.rule, until=until.date()).occurrences(start):
        if not series.rule_holds(one.on) and one.on not in series.exceptions:
            continue
        local = one.starts_at.astimezone(series.rule.zone)
        end = (one.starts_at + series.length).astimezone(series.rule.zone)
        shown = local.replace(tzinfo=None)
        twice = local.utcoffset() != local.replace(fold=1).utcoffset()
        if twice or shown != datetime.combine(one.on, series.rule.at) or end.utcoffset() != local.utcoffset():
            found.add(one.on)
    return frozenset(found)


def _takes_place(series: Recurring, on: date) -> bool:
    return series.exceptions[on].stands if on in series.exceptions else series.rule_holds(on)


def _master(series: Recurring, master: Appointment, odd: frozenset[date]) -> str:
    rule = series.rule
    times = [
        f"DTSTART;TZID={master.zone}:{wall(rule, rule.first)}",
        f"DURATION:{duration(series.length)}",
        *rule_lines(series, odd),
    ]
    return "".join(map(line, body(master, times)))


def rule_lines(series: Recurring, odd: frozenset[date]) -> list[str]:
    """The rule, the dates that it names in vain, and those that stand beyond its end, in the zone of the series (CALENDAR 5, 33)."""
    rule, tzid = series.rule, f"TZID={series.rule.zone.key}"
    inside = [one for one in series.exceptions.values() if series.rule_holds(one.on)]
    beyond = [one for one in series.exceptions.values() if one not in inside and one.stands and one.on not in odd]
    left_out = sorted({one.on for one in inside if not one.stands} | {on for on in odd if series.rule_holds(on)})
    return [
        *([f"RRULE:{rrule(rule)}"] if rule.until is None or rule.first < rule.until else []),
        *(f"EXDATE;{tzid}:{wall(rule, on)}" for on in left_out),
        *(f"RDATE;{tzid}:{wall(rule, one.on)}" for one in beyond),
        *([f"EXDATE;{tzid}:{wall(rule, rule.first)}"] if rule.until is not None and rule.first >= rule.until else []),
    ]


def shows_something(series: Recurring, odd: frozenset[date]) -> bool:
    """Whether the recurring event has anything to show: a date by its rule, or a session that stands beyond its end."""
    if series.rule.until is None or series.rule.first < series.rule.until:
        return True
    return any(one.stands and one.on not in odd for one in series.exceptions.values())


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
