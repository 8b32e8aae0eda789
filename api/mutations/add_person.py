"""addPerson: somebody belongs to the organisation from now on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.people import person_done
from api.scalars import TimeZone
from api.types.person import Person
from api.types.refusals import PlainRefusal
from commands.add_person import AddPerson
from commands.add_person import add_person as add
from commands.outcome import Done, Outcome
from commands.transaction import Request
from policy.terms import Role

NAMES = {"zone": "timeZone"}


@given
class AddPersonInput:
    """Somebody new."""

    name: str = strawberry.field(description="1 to 200 characters.")
    email: str = strawberry.field(description="Where messages go; no two people of an organisation have the same.")
    time_zone: TimeZone = strawberry.field(description="The zone in which they read times.")
    roles: list[Role] = strawberry.field(description="What they are; nobody hands out a role above their own.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class AddPersonSuccess:
    """The person stands in the organisation."""

    person: Person


AddPersonResult = Annotated[
    AddPersonSuccess | PlainRefusal,
    strawberry.union("AddPersonResult", description="The person who was added, or why nobody was."),
]


def add_person(info: Info, input: AddPersonInput) -> AddPersonResult | None:
    """For staff: add a person. A coach also needs `addCoach`, a member `enrolMember`."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AddPerson(name=input.name, email=input.email, zone=input.time_zone, roles=tuple(input.roles))
        return add(operation.services.database, request, command)

    def success(done: Done) -> AddPersonSuccess:
        return AddPersonSuccess(person=person_done(operation, done))

    return carry(operation, input.idempotency_key, run, success, names=NAMES)
