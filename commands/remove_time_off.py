"""removeTimeOff: a coach is there after all."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.queries.availability import coach_of_time_off
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

REMOVE = text("DELETE FROM time_off WHERE organisation_id = :organisation AND id = :time_off RETURNING id")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveTimeOff:
    """Which stretch; what the published hours say holds in it again."""

    time_off_id: int


def remove_time_off(database: Database, request: Request, command: RemoveTimeOff) -> Outcome:
    """The published hours of that stretch are offered again. The object is the coach."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        coach = coach_of_time_off(unit, command.time_off_id)
    persons = frozenset() if coach is None else frozenset({coach})
    verb = Verb(name="TIME_OFF_REMOVED", scope=Scope.AVAILABILITY, persons=persons, own=coach)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command, coach))


def _write(unit: Unit, command: RemoveTimeOff, coach: int | None) -> Written | Refused:
    values = {"organisation": unit.organisation_id, "time_off": command.time_off_id}
    if coach is None or unit.connection.execute(REMOVE, values).one_or_none() is None:
        return refused(RefusalCode.NOT_FOUND)
    return Written(object_id=coach, effects=({"time_off": command.time_off_id},))
