"""canUpdatePerson, canDeactivatePerson, canReactivatePerson: what changing a person would touch."""

from typing import Annotated

import strawberry

from api.context import Info, Operation
from api.describe import given
from api.inputs import key_or_none
from api.scalars import TimeZone
from api.types.person_check import PersonCheck, person_check
from commands.deactivate_person import DeactivatePerson, check_deactivate_person
from commands.reactivate_person import ReactivatePerson, check_reactivate_person
from commands.update_person import UpdatePerson, check_update_person
from policy.terms import Role

NOBODY = 0
"""No person has this key: the answer is NOT_FOUND, or FORBIDDEN for who may not even ask."""

PersonId = Annotated[strawberry.ID, strawberry.argument(description="The id of the person.")]


@given
class PersonChanges:
    """The change that is asked about: the input of `updatePerson` without key and acknowledgement."""

    person: strawberry.ID = strawberry.field(description="The id of the person.")
    name: str | None = strawberry.field(default=None, description="Left out: as it is.")
    email: str | None = strawberry.field(default=None, description="Left out: as it is.")
    time_zone: TimeZone | None = strawberry.field(default=None, description="Left out: as it is.")
    roles: list[Role] | None = strawberry.field(default=None, description="All roles; left out: as they are.")


def can_update_person(info: Info, input: PersonChanges) -> PersonCheck | None:
    """Whether staff may change a person like this, and what that touches: the twin of `updatePerson`."""
    operation = info.context
    command = UpdatePerson(
        person_id=_key(input.person, "input.person"),
        name=input.name,
        email=input.email,
        zone=input.time_zone,
        roles=None if input.roles is None else frozenset(input.roles),
    )
    return person_check(check_update_person(operation.unit, operation.actor, command, now=operation.now))


def can_deactivate_person(info: Info, person: PersonId) -> PersonCheck | None:
    """Whether staff may deactivate a person, what stops and which sessions stand: the twin of `deactivatePerson`."""
    operation: Operation = info.context
    command = DeactivatePerson(person_id=_key(person, "person"))
    return person_check(check_deactivate_person(operation.unit, operation.actor, command, now=operation.now))


def can_reactivate_person(info: Info, person: PersonId) -> PersonCheck | None:
    """Whether staff may let a person in again, and what begins again: the twin of `reactivatePerson`."""
    operation = info.context
    command = ReactivatePerson(person_id=_key(person, "person"))
    return person_check(check_reactivate_person(operation.unit, operation.actor, command, now=operation.now))


def _key(text: str, argument: str) -> int:
    return key_or_none(text, "Person", argument) or NOBODY
