"""acceptRequest: the member agrees to what the team answered."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.requests import REQUEST_WORDS, VERSION_WORDS, MembershipRequestRefusal, on_request
from api.types.membership_request import MembershipRequest
from commands.accept_request import AcceptRequest
from commands.accept_request import accept_request as accept
from commands.outcome import Outcome
from commands.transaction import Request


@given
class AcceptRequestInput:
    """Which request is accepted."""

    request: strawberry.ID = strawberry.field(description=REQUEST_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(
        default=None, description="The digest of the effect that you have shown; needed where there is one."
    )


@output
class AcceptRequestSuccess:
    """A one-off that costs nothing more stands; what has a price waits for its payment."""

    request: MembershipRequest = strawberry.field(description="As it stands now.")


AcceptRequestResult = Annotated[
    AcceptRequestSuccess | MembershipRequestRefusal,
    strawberry.union("AcceptRequestResult", description="The request as it stands now, or why nothing was changed."),
]


def accept_request(info: Info, input: AcceptRequestInput) -> AcceptRequestResult | None:
    """As the member: accept what the team quoted or approved. An extra session is there once it is paid, a one-off is booked then."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AcceptRequest(
            request_id=key(input.request, "MembershipRequest", "request"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
        )
        return accept(operation.services.database, request, command)

    return on_request(operation, input.idempotency_key, run, lambda done: AcceptRequestSuccess(request=done))
