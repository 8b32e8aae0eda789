"""setWeeklyHours: when a coach may be booked, week by week."""

from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from sqlalchemy import insert, text

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, check_zone, exists, invalid
from commands.transaction import Request
from models.people import WeeklyHours
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

ZONE = text("UPDATE coach SET hours_zone = :zone WHERE organisation_id = :organisation AND person_id = :coach")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A stretch of one weekday (Monday is 0), local times of the coach's hours zone; `to` 00:00 is the end of the day."""

    weekday: int
    start: time
    to: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWeeklyHours:
    """The whole week of a coach; what is not named is not offered. `zone`: where these hours are local; None keeps it."""

    coach_id: int
    hours: tuple[Hours, ...]
    zone: str | None = None


def set_weekly_hours(database: Database, request: Request, command: SetWeeklyHours) -> Outcome:
    """The coach's published week is exactly this; sessions that stand outside it stay. The object is the coach."""
    days = {one.weekday for one in command.hours}
    week = ([(one.start, one.to) for one in command.hours if one.weekday == day] for day in days)
    if not days <= set(range(7)) or not all(in_order(day) for day in week):
        return invalid("Hours of a day start before they end and do not overlap.", "hours")
    if command.zone is not None and (fault := check_zone(command.zone, "zone")):
        return fault
    coach = command.coach_id
    verb = Verb(name="HOURS_SET", scope=Scope.AVAILABILITY, persons=frozenset({coach}), own=coach)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def in_order(stretches: list[tuple[time, time]]) -> bool:
    """Whether the stretches of one day are whole minutes, end after they start and leave each other alone."""
    spans = sorted((_minutes(start), _minutes(to) or 24 * 60) for start, to in stretches)
    whole = all((at.second, at.microsecond, at.tzinfo) == (0, 0, None) for stretch in stretches for at in stretch)
    return whole and all(start < end for start, end in spans) and all(one[1] <= two[0] for one, two in pairwise(spans))


def _minutes(value: time) -> int:
    return value.hour * 60 + value.minute


def _write(unit: Unit, command: SetWeeklyHours) -> Written | Refused:
    if not exists(unit, "coach", command.coach_id):
        return refused(RefusalCode.NOT_FOUND)
    if command.zone is not None:
        unit.connection.execute(
            ZONE, {"organisation": unit.organisation_id, "coach": command.coach_id, "zone": command.zone}
        )
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
    return Written(object_id=command.coach_id)
