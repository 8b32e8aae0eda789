"""updatePerson: a name, address, zone or roles change."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.person_changes import ACKNOWLEDGE_WORDS, PERSON_WORDS, PersonRefusal, change_person
from api.scalars import TimeZone
from api.types.person_record import PersonRecord
from commands.outcome import Outcome
from commands.transaction import Request
from commands.update_person import UpdatePerson
from commands.update_person import update_person as update
from policy.terms import Role

NAMES = {"zone": "timeZone"}


@given
class UpdatePersonInput:
    """What shall be different about a person; `canUpdatePerson` answers the same question without acting."""

    person: strawberry.ID = strawberry.field(description=PERSON_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    name: str | None = strawberry.field(default=None, description="1 to 200 characters; left out: as it is.")
    email: str | None = strawberry.field(
        default=None, description="Where messages go from now on, also those that wait; left out: as it is."
    )
    time_zone: TimeZone | None = strawberry.field(
        default=None, description="The zone in which they read times; no session moves. Left out: as it is."
    )
    roles: list[Role] | None = strawberry.field(
        default=None, description="All roles from now on; MEMBER and COACH cannot be taken away. Left out: as they are."
    )
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class UpdatePersonSuccess:
    """The person is as asked. Sessions, credits and published hours stay as they were."""

    record: PersonRecord = strawberry.field(description="As they are now.")


UpdatePersonResult = Annotated[
    UpdatePersonSuccess | PersonRefusal,
    strawberry.union("UpdatePersonResult", description="The person as they are now, or why nothing was changed."),
]


def update_person(info: Info, input: UpdatePersonInput) -> UpdatePersonResult | None:
    """For staff: change a person. Another address or zone touches what stands: show it first, and acknowledge it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = UpdatePerson(
            person_id=key(input.person, "Person", "person"),
            acknowledge=word(input.acknowledge, "acknowledge"),
            name=input.name,
            email=input.email,
            zone=input.time_zone,
            roles=None if input.roles is None else frozenset(input.roles),
        )
        return update(operation.services.database, request, command)

    def success(record: PersonRecord) -> UpdatePersonSuccess:
        return UpdatePersonSuccess(record=record)

    return change_person(operation, input.idempotency_key, run, success, names=NAMES)
