"""waiveEarning: a coach does without what a session has earned them."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.changes import VERSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.earning import Earning, visible_earnings
from api.types.refusals import PlainRefusal
from commands.earnings import WaiveEarning
from commands.earnings import waive_earning as waive
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class WaiveEarningInput:
    """Which earning is given up; `Earning.canWaive` answers the same question without acting."""

    earning: strawberry.ID = strawberry.field(description="The id of the earning.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class WaiveEarningSuccess:
    """The earning is no longer due. The member's session and credit stay as they are."""

    earning: Earning = strawberry.field(description="The earning as it stands.")


WaiveEarningResult = Annotated[
    WaiveEarningSuccess | PlainRefusal,
    strawberry.union("WaiveEarningResult", description="The earning that was given up, or why it was not."),
]


def waive_earning(info: Info, input: WaiveEarningInput) -> WaiveEarningResult | None:
    """As a coach, do without what a session has earned you. It cannot be taken back; what is paid can no longer be given up."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = WaiveEarning(earning_id=key(input.earning, "Earning", "earning"), if_version=input.if_version)
        return waive(operation.services.database, request, command)

    def success(done: Done) -> WaiveEarningSuccess:
        return WaiveEarningSuccess(earning=visible_earnings(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
