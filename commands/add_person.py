"""addPerson: somebody belongs to the organisation from now on."""

from dataclasses import dataclass

from sqlalchemy import insert, text

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff, check_email, check_name, check_zone, invalid
from commands.transaction import Request
from models.people import Person, PersonRole
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role, Scope

TAKEN = text(
    "SELECT EXISTS (SELECT FROM person WHERE organisation_id = :organisation AND lower(email) = lower(:email))"
)

EMAIL_TAKEN = invalid("Somebody of the organisation has this address.", "email")
SAME_EMAIL = {
    "uq_person_organisation_id_lower_email": EMAIL_TAKEN,
    "uq_person_organisation_id_email": EMAIL_TAKEN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPerson:
    """A person with a display zone and roles; several roles are possible (MODEL 10)."""

    name: str
    email: str
    zone: str
    roles: tuple[Role, ...]


def add_person(database: Database, request: Request, command: AddPerson) -> Outcome:
    """The person stands in the organisation, with these roles; the object is the person."""
    fault = check_name(command.name, "name") or check_email(command.email, "email") or check_zone(command.zone, "zone")
    if fault is not None:
        return fault
    if not request.actor.may_manage(frozenset(command.roles)):
        return refused(RefusalCode.FORBIDDEN)
    verb = Verb(name="PERSON_ADDED", scope=Scope.PEOPLE, conflicts=SAME_EMAIL)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: AddPerson) -> Written | Refused:
    if unit.connection.execute(TAKEN, {"organisation": unit.organisation_id, "email": command.email}).scalar_one():
        return EMAIL_TAKEN
    return Written(object_id=insert_person(unit, request, command))


def insert_person(unit: Unit, request: Request, command: AddPerson) -> int:
    """The rows of a person and their roles."""
    person = unit.connection.execute(
        insert(Person)
        .values(
            organisation_id=unit.organisation_id,
            name=command.name,
            email=command.email,
            zone=command.zone,
            created_at=request.now,
        )
        .returning(Person.id)
    ).scalar_one()
    roles = [
        {"organisation_id": unit.organisation_id, "person_id": person, "role": role}
        for role in sorted(set(command.roles))
    ]
    if roles:
        unit.connection.execute(insert(PersonRole), roles)
    return person
