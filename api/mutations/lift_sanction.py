"""liftSanction: senior staff end a stop before its time."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.sanction import BookingStop, visible_stops
from commands.lift_sanction import LiftSanction
from commands.lift_sanction import lift_sanction as lift
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class LiftSanctionInput:
    """Which stop is lifted, and why."""

    sanction: strawberry.ID = strawberry.field(description="The id of the `BookingStop`.")
    note: str = strawberry.field(
        description="Why, in at most 4,000 characters: it is kept, and whom it concerns can read it."
    )
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class LiftSanctionSuccess:
    """The stop is lifted; whom it concerned has been told."""

    sanction: BookingStop = strawberry.field(description="The stop as it ended.")


LiftSanctionResult = Annotated[
    LiftSanctionSuccess | PlainRefusal,
    strawberry.union("LiftSanctionResult", description="The stop that is lifted, or why it is not."),
]


def lift_sanction(info: Info, input: LiftSanctionInput) -> LiftSanctionResult | None:
    """For senior staff: lift a stop. What was refused meanwhile stays refused, and what was charged is still owed."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = LiftSanction(
            sanction_id=key(input.sanction, "BookingStop", "sanction"), note=words(input.note, "note")
        )
        return lift(operation.services.database, request, command)

    def success(done: Done) -> LiftSanctionSuccess:
        return LiftSanctionSuccess(sanction=visible_stops(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
