"""answerRequest: the team quotes, approves or refuses what a member asks for."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS
from api.mutations.requests import REQUEST_WORDS, VERSION_WORDS, MembershipRequestRefusal, on_request
from api.types.amounts import MoneyInput
from api.types.membership_request import MembershipRequest
from commands.answer_request import AnswerRequest
from commands.answer_request import answer_request as answer
from commands.outcome import Outcome
from commands.transaction import Request
from policy.money import Money
from policy.requests import Answered


@given
class AnswerRequestInput:
    """The answer to a request."""

    request: strawberry.ID = strawberry.field(description=REQUEST_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    answer: Answered = strawberry.field(description="What the team says.")
    price: MoneyInput | None = strawberry.field(default=None, description="With QUOTE: what it costs the member.")
    note: str | None = strawberry.field(default=None, description="Why, at most 4,000 characters; its member reads it.")


@output
class AnswerRequestSuccess:
    """The request is answered, and the task behind it concluded."""

    request: MembershipRequest = strawberry.field(description="As it stands now.")


AnswerRequestResult = Annotated[
    AnswerRequestSuccess | MembershipRequestRefusal,
    strawberry.union("AnswerRequestResult", description="The request as it stands now, or why nothing was changed."),
]


def answer_request(info: Info, input: AnswerRequestInput) -> AnswerRequestResult | None:
    """For staff, and for a sponsor whose contract says so: answer a request. The task behind it is concluded by that."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AnswerRequest(
            request_id=key(input.request, "MembershipRequest", "request"),
            if_version=input.if_version,
            answer=input.answer,
            price=None
            if input.price is None
            else Money(minor_units=input.price.minor_units, currency=input.price.currency),
            note=words(input.note, "note"),
        )
        return answer(operation.services.database, request, command)

    return on_request(operation, input.idempotency_key, run, lambda done: AnswerRequestSuccess(request=done))
