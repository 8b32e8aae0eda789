"""makeRequest: a member wishes more than the membership gives."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.mutations.requests import request_done
from api.types.membership_request import MembershipRequest
from api.types.refusals import PlainRefusal
from api.types.request_choice import RequestChoice, wanted_of
from commands.make_request import MakeRequest
from commands.make_request import make_request as make
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class MakeRequestInput:
    """What is asked for, and for which member."""

    member: strawberry.ID = strawberry.field(description="The id of the member.")
    wanted: RequestChoice = strawberry.field(description="What is asked for.")
    text: str = strawberry.field(description="The wish in your own words, at most 10,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class MakeRequestSuccess:
    """The team has the request; nothing else has changed."""

    request: MembershipRequest = strawberry.field(description="As it stands now.")


MakeRequestResult = Annotated[
    MakeRequestSuccess | PlainRefusal,
    strawberry.union("MakeRequestResult", description="The request, or why nothing was asked."),
]


def make_request(info: Info, input: MakeRequestInput) -> MakeRequestResult | None:
    """As a member, or as a coach for one: ask for an extra session, a session with another coach, or another rhythm."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = MakeRequest(
            member_id=key(input.member, "Person", "member"),
            text=words(input.text, "text", longest=LONGEST_TEXT) or "",
            **wanted_of(input.wanted),
        )
        return make(operation.services.database, request, command)

    def success(done: Done) -> MakeRequestSuccess:
        return MakeRequestSuccess(request=request_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)
