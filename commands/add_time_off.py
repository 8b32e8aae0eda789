"""addTimeOff: a coach is away; sessions that already stand in it stay and are named."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, exists, invalid
from commands.transaction import Request
from models.people import TimeOff
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTimeOff:
    """Nothing is offered in `[starts_at, ends_at)`."""

    coach_id: int
    starts_at: datetime
    ends_at: datetime


def add_time_off(database: Database, request: Request, command: AddTimeOff) -> Outcome:
    """The coach offers nothing in that stretch; `sessions_within` tells which sessions stand in it. The object is the time off."""
    if command.starts_at >= command.ends_at:
        return invalid("Time off starts before it ends.", "endsAt")
    coach = command.coach_id
    verb = Verb(name="TIME_OFF_ADDED", scope=Scope.AVAILABILITY, persons=frozenset({coach}), own=coach)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: AddTimeOff) -> Written | Refused:
    if not exists(unit, "coach", command.coach_id):
        return refused(RefusalCode.NOT_FOUND)
    row = insert(TimeOff).values(
        organisation_id=unit.organisation_id,
        coach_id=command.coach_id,
        starts_at=command.starts_at,
        ends_at=command.ends_at,
    )
    return Written(object_id=unit.connection.execute(row.returning(TimeOff.id)).scalar_one())
