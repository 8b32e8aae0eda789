"""recordRequestPayment: what was accepted is paid."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.requests import REQUEST_WORDS, VERSION_WORDS, MembershipRequestRefusal, on_request
from api.types.membership_request import MembershipRequest
from commands.accept_request import RecordRequestPayment
from commands.accept_request import record_request_payment as record
from commands.outcome import Outcome
from commands.transaction import Request


@given
class RecordRequestPaymentInput:
    """Which request is paid, and how the provider knows the payment."""

    request: strawberry.ID = strawberry.field(description=REQUEST_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    provider: str = strawberry.field(description="Who took the payment, at most 100 characters.")
    reference: str = strawberry.field(description="How the provider knows it, at most 100 characters.")


@output
class RecordRequestPaymentSuccess:
    """The price is charged as paid, and what was asked for is there: a credit, or the session."""

    request: MembershipRequest = strawberry.field(description="As it stands now.")


RecordRequestPaymentResult = Annotated[
    RecordRequestPaymentSuccess | MembershipRequestRefusal,
    strawberry.union(
        "RecordRequestPaymentResult", description="The request as it stands now, or why nothing was changed."
    ),
]


def record_request_payment(info: Info, input: RecordRequestPaymentInput) -> RecordRequestPaymentResult | None:
    """For staff and the operator's back end: an accepted request is paid in full. SLOT_TAKEN: the time is gone; nothing was recorded."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RecordRequestPayment(
            request_id=key(input.request, "MembershipRequest", "request"),
            if_version=input.if_version,
            provider=word(input.provider, "provider") or "",
            reference=word(input.reference, "reference") or "",
        )
        return record(operation.services.database, request, command)

    return on_request(operation, input.idempotency_key, run, lambda done: RecordRequestPaymentSuccess(request=done))
