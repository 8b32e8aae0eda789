"""updatePerson and its twin: a name, address, zone or roles change; what that touches is shown first."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text, update
from sqlalchemy.dialects.postgresql import insert

from commands.actor import STAFF, Actor
from commands.add_person import EMAIL_TAKEN, SAME_EMAIL
from commands.outcome import Outcome, Refused, refused
from commands.person_change import PersonCommand, Standing, change_person, check_person
from commands.person_effect import PersonCheck, PersonEffect, PersonEffectKind, person_effect
from commands.staff import Verb, Written, check_email, check_name, check_zone
from commands.transaction import Request
from models.people import Person, PersonRole
from models.queries.people import PersonRow, another_senior
from models.unit import Database, Unit
from policy.terms import RefusalCode, Role, Scope

TAKEN = text("""
SELECT EXISTS (SELECT FROM person WHERE organisation_id = :organisation AND lower(email) = lower(:email) AND id <> :person)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePerson(PersonCommand):
    """What shall be different; None leaves it as it is. `roles` are all roles from now on."""

    name: str | None = None
    email: str | None = None
    zone: str | None = None
    roles: frozenset[Role] | None = None


def update_person(database: Database, request: Request, command: UpdatePerson) -> Outcome:
    """The person is as asked; sessions, credits and published hours stay as they are. The object is the person."""
    if fault := _fault(command):
        return fault
    verb = Verb(
        name="PERSON_UPDATED",
        scope=Scope.PEOPLE,
        persons=frozenset({command.person_id}),
        conflicts=SAME_EMAIL,
    )
    return change_person(
        database,
        request,
        command,
        verb,
        lambda unit, standing: _effect(unit, request.actor, command, standing),
        lambda unit, person: _write(unit, command, person),
    )


def check_update_person(unit: Unit, actor: Actor, command: UpdatePerson, *, now: datetime) -> PersonCheck:
    """What the change would touch, without acting."""
    if fault := _fault(command):
        return PersonCheck(allowed=False, code=fault.code, message=fault.message, effect=None, checked_at=now)
    return check_person(unit, actor, command, lambda unit, standing: _effect(unit, actor, command, standing), now=now)


def _fault(command: UpdatePerson) -> Refused | None:
    name = None if command.name is None else check_name(command.name, "name")
    email = None if command.email is None else check_email(command.email, "email")
    zone = None if command.zone is None else check_zone(command.zone, "timeZone")
    return name or email or zone


def _effect(unit: Unit, actor: Actor, command: UpdatePerson, standing: Standing) -> PersonEffect | Refused:
    person, changed = standing.person, changes(command, standing.person)
    if "email" in changed and _taken(unit, command):
        return EMAIL_TAKEN
    if "roles" in changed and (fault := _roles_fault(unit, actor, command, person)):
        return fault
    kinds: list[PersonEffectKind] = []
    if "roles" in changed and (command.roles or frozenset()) & STAFF != person.roles & STAFF:
        kinds.append(PersonEffectKind.TEAM_RIGHTS_CHANGE)
    if "email" in changed:
        kinds += [PersonEffectKind.MAIL_GOES_ELSEWHERE, PersonEffectKind.SIGN_IN_ADDRESS_CHANGES]
    if "zone" in changed:
        kinds += _zone_effects(standing)
    # Sessions are touched by a zone or an address: whom they are told to, and how their times read.
    sessions = list(standing.sessions) if {"email", "zone"} & set(changed) else []
    return person_effect(person.name, kinds, sessions, wanted=[(name, changed[name]) for name in sorted(changed)])


def _zone_effects(standing: Standing) -> list[PersonEffectKind]:
    kinds = [PersonEffectKind.TIMES_SHOWN_ELSEWHERE] if standing.sessions else []
    if standing.day_limits:
        kinds.append(PersonEffectKind.DAY_LIMITS_MOVE)
    return [*kinds, PersonEffectKind.START_GRID_MOVES] if standing.person.is_coach else kinds


def changes(command: UpdatePerson, person: PersonRow) -> dict[str, object]:
    """What of the person becomes different, by field."""
    wanted: dict[str, object] = {
        "name": command.name,
        "email": command.email,
        "zone": command.zone,
        "roles": None if command.roles is None else sorted(command.roles),
    }
    present = {"name": person.name, "email": person.email, "zone": person.zone, "roles": sorted(person.roles)}
    return {name: value for name, value in wanted.items() if value is not None and value != present[name]}


def _taken(unit: Unit, command: UpdatePerson) -> bool:
    values = {"organisation": unit.organisation_id, "email": command.email, "person": command.person_id}
    return bool(unit.connection.execute(TAKEN, values).scalar_one())


def _roles_fault(unit: Unit, actor: Actor, command: UpdatePerson, person: PersonRow) -> Refused | None:
    """Nobody hands out more than they have; a member or coach stays one; the last of the senior staff stays."""
    roles = command.roles or frozenset()
    if not actor.may_manage(roles):
        return refused(RefusalCode.FORBIDDEN, message="Nobody hands out more than they have.")
    if not roles >= person.roles - STAFF:
        return refused(
            RefusalCode.WRONG_STATE,
            message="Members and coaches stay what they are: deactivate them, or end what stands.",
        )
    if Role.COACH in roles and not person.is_coach:
        return refused(RefusalCode.WRONG_STATE, message="A coach needs terms: use addCoach.")
    if Role.SENIOR_STAFF in person.roles - roles and not another_senior(unit, person.id):
        return refused(RefusalCode.WRONG_STATE, message="The organisation needs somebody of the senior staff.")
    return None


def _write(unit: Unit, command: UpdatePerson, person: PersonRow) -> Written:
    changed = changes(command, person)
    columns = {name: value for name, value in changed.items() if name != "roles"}
    mine = (Person.organisation_id == unit.organisation_id, Person.id == person.id)
    if columns:
        unit.connection.execute(update(Person).where(*mine).values(**columns))
    if "roles" in changed:
        _replace_roles(unit, person, command.roles or frozenset())
    return Written(object_id=person.id, effects=({"changed": sorted(changed)},))


def _replace_roles(unit: Unit, person: PersonRow, roles: frozenset[Role]) -> None:
    key = {"organisation_id": unit.organisation_id, "person_id": person.id}
    mine = (PersonRole.organisation_id == unit.organisation_id, PersonRole.person_id == person.id)
    unit.connection.execute(delete(PersonRole).where(*mine, PersonRole.role.in_(person.roles - roles)))
    rows = [{**key, "role": role} for role in sorted(roles - person.roles)]
    if rows:
        unit.connection.execute(insert(PersonRole), rows)
