"""keepSession: of several bookings that compete for one credit, this one is kept."""

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
from commands.keep_session import KeepSession
from commands.keep_session import keep_session as keep
from commands.outcome import Outcome
from commands.transaction import Request


@given
class KeepSessionInput:
    """Which booking is kept; `Session.canKeep` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class KeepSessionSuccess:
    """The booking is kept and holds the credit; the others are cancelled at no cost, and whom it concerns is told."""

    session: Session = strawberry.field(description="The booking that is kept.")
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canKeep` had shown.")


KeepSessionResult = Annotated[
    KeepSessionSuccess | RuleRefusal,
    strawberry.union("KeepSessionResult", description="The booking that is kept, or why nothing was chosen."),
]


def keep_session(info: Info, input: KeepSessionInput) -> KeepSessionResult | None:
    """Keep this booking and cancel the others of its question (`Session.duplicateCase`), at no cost."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = KeepSession(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return keep(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> KeepSessionSuccess:
        return KeepSessionSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
