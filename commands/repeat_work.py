"""repeatWork: what was set aside has its turn again, once its cause has been put right."""

from dataclasses import dataclass

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.queries.set_aside import due_work_of_id, repeat_these
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class RepeatWork:
    """Which work."""

    work_id: int


def repeat_work(database: Database, request: Request, command: RepeatWork) -> Outcome:
    """The work is due now, as if it had never been tried; the object is the work."""
    verb = Verb(name="WORK_REPEATED", scope=Scope.BOOKINGS)
    return as_staff(database, request, command, verb, lambda unit: _repeat(unit, command))


def _repeat(unit: Unit, command: RepeatWork) -> Written | Refused:
    known = due_work_of_id(unit, command.work_id)
    if known is None:
        return refused(RefusalCode.NOT_FOUND)
    if not repeat_these(unit, [command.work_id]):
        return refused(RefusalCode.WRONG_STATE, message="The work is not set aside.")
    return Written(object_id=command.work_id, effects=({"work": known.kind, "error": known.last_error},))
