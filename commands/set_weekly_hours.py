"""setWeeklyHours: when a coach may be booked, week by week."""

from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from sqlalchemy import insert, text

from commands.outcome import Outcome, Refused, refused
from commands.staff import as_staff, exists, invalid
from commands.transaction import Request
from models.people import WeeklyHours
from models.unit import Database, Unit
from policy.terms import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A stretch of one weekday (Monday is 0), local times of the coach's hours zone; `to` 00:00 is the end of the day."""

    weekday: int
    start: time
    to: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWeeklyHours:
    """The whole week of a coach; what is not named is not offered."""

    coach_id: int
    hours: tuple[Hours, ...]


def set_weekly_hours(database: Database, request: Request, command: SetWeeklyHours) -> Outcome:
    """The coach's published week is exactly this; sessions that stand outside it stay. The object is the coach."""
    if not _in_order(command.hours):
        return invalid("Hours of a day start before they end and do not overlap.", "hours")
    return as_staff(
        database,
        request,
        command,
        persons=frozenset({command.coach_id}),
        name="HOURS_SET",
        act=lambda unit: _write(unit, command),
    )


def _in_order(hours: tuple[Hours, ...]) -> bool:
    spans = sorted((one.weekday, _minutes(one.start), _minutes(one.to) or 24 * 60) for one in hours)
    rising = all(start < end for _, start, end in spans)
    apart = all(one[0] != two[0] or one[2] <= two[1] for one, two in pairwise(spans))
    return rising and apart and all(0 <= one.weekday <= 6 for one in hours)


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


def _write(unit: Unit, command: SetWeeklyHours) -> int | Refused:
    if not exists(unit, "coach", command.coach_id):
        return refused(RefusalCode.NOT_FOUND)
    unit.connection.execute(
        text("DELETE FROM weekly_hours WHERE organisation_id = :organisation AND coach_id = :coach"),
        {"organisation": unit.organisation_id, "coach": command.coach_id},
    )
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "coach_id": command.coach_id,
            "weekday": one.weekday,
            "from_time": one.start,
            "to_time": one.to,
        }
        for one in command.hours
    ]
    if rows:
        unit.connection.execute(insert(WeeklyHours), rows)
    return command.coach_id
