"""linkIdentity: an OIDC issuer's subject is a person of the organisation."""

from dataclasses import dataclass

from sqlalchemy import insert

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, invalid, printable
from commands.transaction import Request
from models.identity import Identity
from models.queries.people import person_of_id
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

LONGEST_ISSUER = 500
LONGEST_SUBJECT = 255
TAKEN = invalid("Somebody of the organisation has this identity.", "subject")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIdentity:
    """The `iss` and `sub` of the tokens with which this person signs in."""

    person_id: int
    issuer: str
    subject: str


def link_identity(database: Database, request: Request, command: LinkIdentity) -> Outcome:
    """Tokens of this subject sign this person in; the object is the person."""
    for value, longest, name in (
        (command.issuer, LONGEST_ISSUER, "issuer"),
        (command.subject, LONGEST_SUBJECT, "subject"),
    ):
        if not value or len(value) > longest or not printable(value):
            return invalid(f"It has 1 to {longest} characters and no control characters.", name)
    verb = Verb(
        name="IDENTITY_LINKED",
        scope=Scope.PEOPLE,
        persons=frozenset({command.person_id}),
        conflicts={"uq_identity_organisation_id_issuer_subject": TAKEN},
    )
    return as_staff(database, request, command, verb, lambda unit: _link(unit, request, command))


def _link(unit: Unit, request: Request, command: LinkIdentity) -> Written | Refused:
    if fault := fault_of_person(unit, request, command.person_id):
        return fault
    return Written(object_id=command.person_id, effects=({"identity": insert_identity(unit, request, command)},))


def insert_identity(unit: Unit, request: Request, command: LinkIdentity) -> int:
    """The row of an identity; another one with this issuer and subject raises IntegrityError."""
    row = insert(Identity).values(
        organisation_id=unit.organisation_id,
        person_id=command.person_id,
        issuer=command.issuer,
        subject=command.subject,
        linked_at=request.now,
    )
    return unit.connection.execute(row.returning(Identity.id)).scalar_one()


def fault_of_person(unit: Unit, request: Request, person_id: int) -> Refused | None:
    """Why the actor may not change how this person signs in, or None."""
    person = person_of_id(unit, person_id)
    if person is None:
        return refused(RefusalCode.NOT_FOUND)
    return None if request.actor.may_manage(person.roles) else refused(RefusalCode.FORBIDDEN)
