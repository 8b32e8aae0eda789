"""makeRequest: a member wishes more than the membership gives."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import InputRefused, key, words
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.mutations.requests import request_done
from api.types.membership_request import MembershipRequest
from api.types.refusals import PlainRefusal
from commands.make_request import MakeRequest
from commands.make_request import make_request as make
from commands.outcome import Done, Outcome
from commands.transaction import Request
from policy.matters import RequestKind
from policy.terms import Cadence


@given
class OneOffInput:
    """A session with another coach."""

    coach: strawberry.ID = strawberry.field(description="The id of the other coach.")
    starts_at: datetime = strawberry.field(description="When it is to begin.")
    replaces: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the session whose place it takes, which then pays for it; left out, it is one more.",
    )


@given
class ExtraInput:
    """One more session with the member's own coach."""

    kind: strawberry.ID | None = strawberry.field(
        default=None, description="The id of its kind; left out, the membership's own."
    )


@strawberry.input(one_of=True, description="What is asked for: exactly one of these.")
class RequestChoice:
    """What is asked for: exactly one of these."""

    extra: ExtraInput | None = strawberry.field(default=strawberry.UNSET, description="One more session.")
    one_off: OneOffInput | None = strawberry.field(
        default=strawberry.UNSET, description="A session with another coach."
    )
    cadence: Cadence | None = strawberry.field(default=strawberry.UNSET, description="Another rhythm of sessions.")


@given
class MakeRequestInput:
    """What is asked for, and for which member."""

    member: strawberry.ID = strawberry.field(description="The id of the member.")
    wanted: RequestChoice = strawberry.field(description="What is asked for.")
    text: str = strawberry.field(description="The wish in your own words.")
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
            **_wanted(input.wanted),
        )
        return make(operation.services.database, request, command)

    def success(done: Done) -> MakeRequestSuccess:
        return MakeRequestSuccess(request=request_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)


def _wanted(choice: RequestChoice) -> dict[str, Any]:
    if choice.extra:
        kind = choice.extra.kind
        named = None if kind is None else key(kind, "SessionKind", "wanted", "extra", "kind")
        return {"kind": RequestKind.EXTRA, "kind_id": named}
    if choice.one_off:
        one = choice.one_off
        return {
            "kind": RequestKind.ONE_OFF,
            "coach_id": key(one.coach, "Person", "wanted", "oneOff", "coach"),
            "starts_at": one.starts_at,
            "replaces_id": None
            if one.replaces is None
            else key(one.replaces, "Session", "wanted", "oneOff", "replaces"),
        }
    if choice.cadence:
        return {"kind": RequestKind.CADENCE, "cadence": choice.cadence}
    raise InputRefused("Say what is wanted.", "wanted")
