"""reactivatePerson: somebody who was deactivated is let in again."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.person_changes import ACKNOWLEDGE_WORDS, PERSON_WORDS, PersonRefusal, change_person
from api.types.person_record import PersonRecord
from commands.outcome import Outcome
from commands.reactivate_person import ReactivatePerson
from commands.reactivate_person import reactivate_person as reactivate
from commands.transaction import Request


@given
class ReactivatePersonInput:
    """Who is let in again; `canReactivatePerson` shows what begins again."""

    person: strawberry.ID = strawberry.field(description=PERSON_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class ReactivatePersonSuccess:
    """The person can sign in, is offered and bookable again, and their feed can be read."""

    record: PersonRecord = strawberry.field(description="Active again.")


ReactivatePersonResult = Annotated[
    ReactivatePersonSuccess | PersonRefusal,
    strawberry.union("ReactivatePersonResult", description="The person as they are now, or why nothing was done."),
]


def reactivate_person(info: Info, input: ReactivatePersonInput) -> ReactivatePersonResult | None:
    """For staff: let somebody in again who was deactivated. Identities and feed addresses from before work again."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ReactivatePerson(
            person_id=key(input.person, "Person", "person"), acknowledge=word(input.acknowledge, "acknowledge")
        )
        return reactivate(operation.services.database, request, command)

    def success(record: PersonRecord) -> ReactivatePersonSuccess:
        return ReactivatePersonSuccess(record=record)

    return change_person(operation, input.idempotency_key, run, success)
