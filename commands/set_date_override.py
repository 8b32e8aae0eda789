"""setDateOverride: on one date a coach keeps other hours than the week says, or none."""

from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import delete, insert

from commands.outcome import Outcome, Refused, refused
from commands.set_weekly_hours import in_order
from commands.staff import Verb, Written, as_staff, exists, invalid
from commands.transaction import Request
from models.availability import DateOverride
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a date, local times of the coach's hours zone; `to` 00:00 is the end of the day."""

    start: time
    to: time


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDateOverride:
    """What is offered on a date of the coach's hours zone, also on a holiday. None of it: closed; None: the week again."""

    coach_id: int
    on_date: date
    stretches: tuple[Stretch, ...] | None


def set_date_override(database: Database, request: Request, command: SetDateOverride) -> Outcome:
    """On that date exactly this is offered; sessions that stand outside it stay. The object is the coach."""
    if not in_order([(one.start, one.to) for one in command.stretches or ()]):
        return invalid("Hours of a day start before they end and do not overlap.", "stretches")
    coach = command.coach_id
    verb = Verb(name="DATE_OVERRIDE_SET", scope=Scope.AVAILABILITY, persons=frozenset({coach}), own=coach)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: SetDateOverride) -> Written | Refused:
    if not exists(unit, "coach", command.coach_id):
        return refused(RefusalCode.NOT_FOUND)
    key = {"organisation_id": unit.organisation_id, "coach_id": command.coach_id, "on_date": command.on_date}
    unit.connection.execute(delete(DateOverride).filter_by(**key))
    rows = [{**key, "from_time": one.start, "to_time": one.to} for one in command.stretches or ()]
    if command.stretches == ():
        rows = [{**key, "from_time": None, "to_time": None}]
    if rows:
        unit.connection.execute(insert(DateOverride), rows)
    return Written(object_id=command.coach_id, effects=({"date": command.on_date.isoformat()},))
