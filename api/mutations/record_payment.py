"""recordPayment: what a payment provider reports, for one purchase of a member."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS, carry
from api.types.amounts import MoneyInput
from api.types.payment import Payment, payment
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.record_payment import RecordPayment
from commands.record_payment import record_payment as record
from commands.transaction import Request
from models.queries.payments import payments_of_ids


@given
class RecordPaymentInput:
    """A payment that came in. Pass on what a provider's webhook says; it may be said more than once."""

    member: strawberry.ID = strawberry.field(description="The id of the member who paid.")
    kind: strawberry.ID = strawberry.field(description="The id of the kind of session that was bought.")
    amount: MoneyInput = strawberry.field(description="What was paid, in the currency of the policy; 0 for a gift.")
    provider: str = strawberry.field(
        description="Who took the payment, such as the name of a payment service, at most 100 characters."
    )
    reference: str = strawberry.field(
        description="How the provider knows the payment, at most 100 characters: the same one counts once."
    )
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class RecordPaymentSuccess:
    """The amount is charged and what was bought can be booked."""

    payment: Payment = strawberry.field(description="The payment as it was recorded first.")


RecordPaymentResult = Annotated[
    RecordPaymentSuccess | PlainRefusal,
    strawberry.union("RecordPaymentResult", description="The payment, or why it was not recorded."),
]


def record_payment(info: Info, input: RecordPaymentInput) -> RecordPaymentResult | None:
    """For staff and for the adapter of a payment provider: a member has paid for a session that they can now book."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RecordPayment(
            member_id=key(input.member, "Person", "member"),
            kind_id=key(input.kind, "SessionKind", "kind"),
            minor_units=input.amount.minor_units,
            currency=input.amount.currency,
            provider=word(input.provider, "provider") or "",
            reference=word(input.reference, "reference") or "",
        )
        return record(operation.services.database, request, command)

    def success(done: Done) -> RecordPaymentSuccess:
        return RecordPaymentSuccess(payment=payment(payments_of_ids(operation.unit, [done.object_id])[done.object_id]))

    return carry(operation, input.idempotency_key, run, success)
