"""recordReceipt: a member has paid towards what they owe."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS, carry
from api.types.amounts import Money, MoneyInput
from api.types.refusals import PlainRefusal
from commands.membership.dues import arrears_of
from commands.outcome import Done, Outcome
from commands.record_receipt import RecordReceipt
from commands.record_receipt import record_receipt as record
from commands.transaction import Request
from models.queries.payments import payments_of_ids


@given
class RecordReceiptInput:
    """Who has paid how much, and how the provider knows it."""

    member: strawberry.ID = strawberry.field(description="The id of the person who paid.")
    amount: MoneyInput = strawberry.field(description="What was paid.")
    provider: str = strawberry.field(description="Who took the payment, at most 100 characters.")
    reference: str = strawberry.field(
        description="How the provider knows it, at most 100 characters; reported again, it counts once."
    )
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class RecordReceiptSuccess:
    """The member owes so much less."""

    arrears: Money = strawberry.field(description="What the member owes still; 0 where nothing is owed.")


RecordReceiptResult = Annotated[
    RecordReceiptSuccess | PlainRefusal,
    strawberry.union("RecordReceiptResult", description="What is still owed, or why nothing was recorded."),
]


def record_receipt(info: Info, input: RecordReceiptInput) -> RecordReceiptResult | None:
    """For staff and the operator's back end: a member has paid towards memberships, extras or fees that were charged."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RecordReceipt(
            member_id=key(input.member, "Person", "member"),
            minor_units=input.amount.minor_units,
            currency=input.amount.currency,
            provider=word(input.provider, "provider") or "",
            reference=word(input.reference, "reference") or "",
        )
        return record(operation.services.database, request, command)

    def success(done: Done) -> RecordReceiptSuccess:
        paid = payments_of_ids(operation.unit, [done.object_id])[done.object_id]
        left = max(0, arrears_of(operation.unit, paid.member_id, now=operation.now))
        return RecordReceiptSuccess(arrears=Money(minor_units=left, currency=paid.currency))

    return carry(operation, input.idempotency_key, run, success)
