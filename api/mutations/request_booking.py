"""requestBooking: a member asks a coach who confirms each booking for a session (D-64)."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import NOBODY, Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS
from api.mutations.wishes import wished
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.invite import RequestBooking
from commands.transaction import Request


@given
class RequestBookingInput:
    """Which opening you ask for; `canRequestBooking` answers the same question without acting."""

    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    starts_at: datetime = strawberry.field(description="One of the coach's `openings`.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(
        default=None, description="What you would like to say to the coach, at most 4,000 characters."
    )


@output
class RequestBookingSuccess:
    """The coach is asked and the time is held. You may take the request back at any time; no credit is held until it is accepted."""

    proposal: Proposal
    consequence: Consequence = strawberry.field(
        description="What it led to: the same that `canRequestBooking` had shown."
    )


RequestBookingResult = Annotated[
    RequestBookingSuccess | RuleRefusal,
    strawberry.union("RequestBookingResult", description="The request that was sent, or why none was."),
]


def request_booking(info: Info, input: RequestBookingInput) -> RequestBookingResult | None:
    """Ask a coach for a session, where the platform lets coaches confirm each booking (`booking.by_request`)."""

    def command(request: Request) -> RequestBooking:
        return RequestBooking(
            kind_id=key(input.kind, "SessionKind", "kind"),
            coach_id=key(input.coach, "Person", "coach"),
            member_id=request.actor.person_id or NOBODY,
            starts_at=input.starts_at,
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, shown: Consequence) -> RequestBookingSuccess:
        return RequestBookingSuccess(proposal=proposal, consequence=shown)

    return wished(info.context, input.idempotency_key, command, success)
