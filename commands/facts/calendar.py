"""Published hours, times off and taken intervals around a time, as facts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row

from models.queries.booking import around
from models.unit import Unit
from policy.facts import Availability, Interval, OtherSession
from policy.openings import PublishedHours, WeeklyHours, expand_hours

MARGIN = timedelta(days=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around a time: the coach's availability, and the member's other sessions of the kind."""

    availability: Availability
    others: tuple[OtherSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A coach and, where one is concerned, a member, with the coach's hours zone and buffers."""

    coach_id: int
    member_id: int | None
    kind_id: int
    hours_zone: str
    buffer_before: timedelta
    buffer_after: timedelta


def look_around(
    unit: Unit,
    pair: Pair,
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None = None,
    asked: int | None = None,
    others: bool = True,
) -> Around:
    """The calendar facts of `[start, end)` and a margin on both sides as of `now`, without what this session or this invite takes; one statement.

    `others`: the member's other sessions of the kind, however far away, are wanted too.
    """
    found = look_around_all(unit, [pair], start=start, end=end, now=now, without=without, asked=asked, others=others)
    return found[0]


def look_around_all(
    unit: Unit,
    pairs: Sequence[Pair],
    *,
    start: datetime,
    end: datetime,
    now: datetime,
    without: int | None = None,
    asked: int | None = None,
    others: bool = True,
) -> list[Around]:
    """The same for several coaches of one member and kind, in their order; one statement."""
    first, last = start - MARGIN, end + MARGIN
    coaches, (one, *_) = [pair.coach_id for pair in pairs], pairs
    rows = around(
        unit,
        coaches=coaches,
        member=one.member_id,
        kind=one.kind_id,
        start=first,
        end=last,
        now=now,
        without=without,
        asked=asked,
        others=others,
    )
    return [_around(pair, _by_what(rows, pair), first, last) for pair in pairs]


def _by_what(rows: Sequence[Row[Any]], pair: Pair) -> Mapping[str, list[Row[Any]]]:
    """The rows that concern the pair, each kind of them apart; holidays concern everybody."""
    concerned = (None, pair.coach_id, pair.member_id)
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        if row.whose in concerned:
            found[row.what].append(row)
    return found


def _around(pair: Pair, rows: Mapping[str, list[Row[Any]]], first: datetime, last: datetime) -> Around:
    published = published_hours([row for what in _PUBLISHED for row in rows.get(what, ())])
    return Around(
        availability=Availability(
            hours=expand_hours(published, ZoneInfo(pair.hours_zone), start=first, end=last),
            off=_intervals(rows, "OFF"),
            coach_busy=_intervals(rows, "COACH"),
            coach_away=_intervals(rows, "AWAY"),
            member_busy=_intervals(rows, "MEMBER"),
            buffer_before=pair.buffer_before,
            buffer_after=pair.buffer_after,
        ),
        others=tuple(
            OtherSession(id=row.number, starts_at=row.from_at.astimezone(UTC), holds=not row.flag)
            for row in rows.get("KIND", ())
        ),
    )


_PUBLISHED = ("HOURS", "DATE", "HOLIDAY")


def published_hours(rows: Iterable[Row[Any]]) -> PublishedHours:
    """The week, the overridden dates and the holidays among rows of `models.queries.booking.around`."""
    weekly: list[WeeklyHours] = []
    overrides: dict[date, list[WeeklyHours]] = {}
    holidays: set[date] = set()
    for row in rows:
        match row.what:
            case "HOURS":
                weekly.append(WeeklyHours(weekday=row.number, start=row.from_time, end=row.to_time))
            case "DATE":
                stretches = overrides.setdefault(row.on_date, [])
                if row.from_time is not None:
                    day = row.on_date.weekday()
                    stretches.append(WeeklyHours(weekday=day, start=row.from_time, end=row.to_time))
            case "HOLIDAY":
                holidays.add(row.on_date)
            case _:
                pass
    return PublishedHours(weekly=weekly, overrides=overrides, holidays=frozenset(holidays))


def _intervals(rows: Mapping[str, list[Row[Any]]], what: str) -> tuple[Interval, ...]:
    found = rows.get(what, ())
    return tuple(Interval(start=row.from_at.astimezone(UTC), end=row.to_at.astimezone(UTC)) for row in found)
