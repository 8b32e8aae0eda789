"""attachContract: a membership stands under a contract, or under none any more."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.add_contract import contract_fault
from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, exists
from commands.transaction import Request
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

MEMBER = text("SELECT member_id FROM membership WHERE organisation_id = :organisation AND id = :membership")
ATTACH = text(
    "UPDATE membership SET contract_id = :contract WHERE organisation_id = :organisation AND id = :membership"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachContract:
    """None takes the membership out of its contract."""

    membership_id: int
    contract_id: int | None


def attach_contract(database: Database, request: Request, command: AttachContract) -> Outcome:
    """New bookings and grants of the membership follow the contract; what stands keeps its terms (D-41). The object is it."""
    values = {"organisation": request.actor.organisation_id, "membership": command.membership_id}
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        member = unit.connection.execute(MEMBER, values).scalar_one_or_none()
    verb = Verb(
        name="CONTRACT_ATTACHED",
        scope=Scope.PEOPLE,
        persons=frozenset() if member is None else frozenset({member}),
    )
    return as_staff(database, request, command, verb, lambda unit: _write(unit, command))


def _write(unit: Unit, command: AttachContract) -> Written | Refused:
    if not exists(unit, "membership", command.membership_id):
        return refused(RefusalCode.NOT_FOUND)
    if command.contract_id is not None and (fault := contract_fault(unit, command.contract_id)):
        return fault
    values = {
        "organisation": unit.organisation_id,
        "membership": command.membership_id,
        "contract": command.contract_id,
    }
    unit.connection.execute(ATTACH, values)
    return Written(object_id=command.membership_id, effects=({"contract": command.contract_id},))
