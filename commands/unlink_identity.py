"""unlinkIdentity: an OIDC issuer's subject is nobody of the organisation any more."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.link_identity import fault_of_person
from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

UNLINK = text("""
DELETE FROM identity WHERE organisation_id = :organisation AND person_id = :person AND issuer = :issuer AND subject = :subject
RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlinkIdentity:
    """The `iss` and `sub` that shall no longer sign this person in."""

    person_id: int
    issuer: str
    subject: str


def unlink_identity(database: Database, request: Request, command: UnlinkIdentity) -> Outcome:
    """Tokens of this subject sign nobody in, until a verified address links it anew; the object is the person."""
    verb = Verb(name="IDENTITY_UNLINKED", scope=Scope.PEOPLE, persons=frozenset({command.person_id}))
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: UnlinkIdentity) -> Written | Refused:
    if fault := fault_of_person(unit, request, command.person_id):
        return fault
    values = {
        "organisation": unit.organisation_id,
        "person": command.person_id,
        "issuer": command.issuer,
        "subject": command.subject,
    }
    if unit.connection.execute(UNLINK, values).one_or_none() is None:
        return refused(RefusalCode.NOT_FOUND)
    return Written(object_id=command.person_id)
