"""offerRebooking: the coach lets the member choose another time."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import NOTE_WORDS, SESSION_WORDS, VERSION_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.offer_rebooking import OfferRebooking
from commands.offer_rebooking import offer_rebooking as carry_out
from commands.outcome import Outcome
from commands.transaction import Request


@given
class OfferRebookingInput:
    """For which session the member may choose another time; `Session.canOfferRebooking` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class OfferRebookingSuccess:
    """The member is asked: see the session's `proposals`."""

    session: Session


OfferRebookingResult = Annotated[
    OfferRebookingSuccess | RuleRefusal,
    strawberry.union(
        "OfferRebookingResult", description="The session with what is said of it, or why nothing was done."
    ),
]


def offer_rebooking(info: Info, input: OfferRebookingInput) -> OfferRebookingResult | None:
    """As the coach, let the member choose another time. A report that waits for you is answered by it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = OfferRebooking(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return carry_out(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> OfferRebookingSuccess:
        return OfferRebookingSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)
