"""markEarningsPaid: what coaches have earned is paid."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, keys, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.earning import Earning, earnings
from api.types.refusals import PlainRefusal
from commands.earnings import MarkEarningsPaid
from commands.earnings import mark_earnings_paid as mark
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.earnings import earnings_of_ids


@given
class MarkEarningsPaidInput:
    """Which earnings are paid, and by which payment."""

    earnings: list[strawberry.ID] = strawberry.field(description="The ids of earnings that are PAYABLE, at most 100.")
    payout: str = strawberry.field(
        description="How you refer to the payment, such as the number of a transfer, at most 200 characters."
    )
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class MarkEarningsPaidSuccess:
    """All of them are paid."""

    earnings: list[Earning] = strawberry.field(description="The earnings, in the order in which they were named.")


MarkEarningsPaidResult = Annotated[
    MarkEarningsPaidSuccess | PlainRefusal,
    strawberry.union("MarkEarningsPaidResult", description="The earnings that are paid, or why none is."),
]


def mark_earnings_paid(info: Info, input: MarkEarningsPaidInput) -> MarkEarningsPaidResult | None:
    """As staff, note that earnings were paid: all of them, or none if one of them is not payable (yet)."""
    operation = info.context

    def run(request: Request) -> Outcome:
        payout = (words(input.payout, "payout", longest=200) or "").strip()
        if not payout:
            raise InputRefused("A payment has a name.", "payout")
        if not input.earnings:
            raise InputRefused("Name what was paid.", "earnings")
        command = MarkEarningsPaid(earnings=keys(input.earnings, "Earning", "earnings"), payout=payout)
        return mark(operation.services.database, request, command)

    def success(_done: Done) -> MarkEarningsPaidSuccess:
        wanted = keys(input.earnings, "Earning", "earnings")
        # Whoever may pay them is shown them, be it an API key that reads nothing else.
        found = earnings(earnings_of_ids(operation.unit, wanted))
        return MarkEarningsPaidSuccess(earnings=[found[key] for key in wanted])

    return carry(operation, input.idempotency_key, run, success)
