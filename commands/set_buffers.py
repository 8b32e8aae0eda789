"""setBuffers: how long a coach stays free before and after each session."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import text

from commands.add_coach import buffer_fault
from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

SET = text("""
UPDATE coach SET buffer_before = :before, buffer_after = :after
WHERE organisation_id = :organisation AND person_id = :coach RETURNING person_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBuffers:
    """From 0 to 12 hours each; two sessions of a coach lie at least both buffers apart where they meet."""

    coach_id: int
    before: timedelta
    after: timedelta


def set_buffers(database: Database, request: Request, command: SetBuffers) -> Outcome:
    """New starts keep these distances; sessions that stand closer stay. The object is the coach."""
    fault = buffer_fault(command.before, "before") or buffer_fault(command.after, "after")
    if fault is not None:
        return fault
    coach = command.coach_id
    verb = Verb(name="BUFFERS_SET", scope=Scope.AVAILABILITY, persons=frozenset({coach}), own=coach)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: SetBuffers) -> Written | Refused:
    values = {
        "organisation": unit.organisation_id,
        "coach": command.coach_id,
        "before": command.before,
        "after": command.after,
    }
    if unit.connection.execute(SET, values).one_or_none() is None:
        return refused(RefusalCode.NOT_FOUND)
    return Written(object_id=command.coach_id)
