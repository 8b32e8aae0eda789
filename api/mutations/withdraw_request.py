"""withdrawRequest: it is no longer asked for."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS
from api.mutations.requests import REQUEST_WORDS, VERSION_WORDS, MembershipRequestRefusal, on_request
from api.types.membership_request import MembershipRequest
from commands.answer_request import WithdrawRequest
from commands.answer_request import withdraw_request as withdraw
from commands.outcome import Outcome
from commands.transaction import Request


@given
class WithdrawRequestInput:
    """Which request is taken back."""

    request: strawberry.ID = strawberry.field(description=REQUEST_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class WithdrawRequestSuccess:
    """The request is withdrawn; what was done by it stays."""

    request: MembershipRequest = strawberry.field(description="As it stands now.")


WithdrawRequestResult = Annotated[
    WithdrawRequestSuccess | MembershipRequestRefusal,
    strawberry.union("WithdrawRequestResult", description="The request as it stands now, or why nothing was changed."),
]


def withdraw_request(info: Info, input: WithdrawRequestInput) -> WithdrawRequestResult | None:
    """As the member, or as the coach who asked: take a request back that is not done yet."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = WithdrawRequest(
            request_id=key(input.request, "MembershipRequest", "request"), if_version=input.if_version
        )
        return withdraw(operation.services.database, request, command)

    return on_request(operation, input.idempotency_key, run, lambda done: WithdrawRequestSuccess(request=done))
