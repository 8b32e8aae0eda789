"""deactivatePerson: somebody is let in nowhere any more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.person_changes import ACKNOWLEDGE_WORDS, PERSON_WORDS, PersonRefusal, change_person
from api.types.person_record import PersonRecord
from commands.deactivate_person import DeactivatePerson
from commands.deactivate_person import deactivate_person as deactivate
from commands.outcome import Outcome
from commands.transaction import Request


@given
class DeactivatePersonInput:
    """Who is let in nowhere any more; `canDeactivatePerson` shows what stops and which sessions stand."""

    person: strawberry.ID = strawberry.field(description=PERSON_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class DeactivatePersonSuccess:
    """The person cannot sign in, is neither offered nor bookable, and their feed answers 404. Their sessions stand."""

    record: PersonRecord = strawberry.field(description="With the instant since when.")


DeactivatePersonResult = Annotated[
    DeactivatePersonSuccess | PersonRefusal,
    strawberry.union("DeactivatePersonResult", description="The person as they are now, or why nothing was done."),
]


def deactivate_person(info: Info, input: DeactivatePersonInput) -> DeactivatePersonResult | None:
    """For staff: let somebody in nowhere any more. Nothing is cancelled by it; what stops has to be acknowledged."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = DeactivatePerson(
            person_id=key(input.person, "Person", "person"), acknowledge=word(input.acknowledge, "acknowledge")
        )
        return deactivate(operation.services.database, request, command)

    def success(record: PersonRecord) -> DeactivatePersonSuccess:
        return DeactivatePersonSuccess(record=record)

    return change_person(operation, input.idempotency_key, run, success)
