"""rescheduleSession: a session gets a new time, or is lost by asking too late."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import (
    ACKNOWLEDGE_WORDS,
    BEHALF_WORDS,
    NOTE_WORDS,
    SESSION_WORDS,
    VERSION_WORDS,
    change,
    misplaced_side,
)
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.override import OverrideInput, override
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.outcome import Outcome
from commands.reschedule import RescheduleSession, reschedule
from commands.transaction import Request
from policy.terms import Side


@given
class RescheduleSessionInput:
    """Which session gets which new start; `Session.canReschedule` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    to: datetime = strawberry.field(description="The new start; the session keeps its length.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    on_behalf_of: Side | None = strawberry.field(default=None, description=BEHALF_WORDS)
    override: OverrideInput | None = strawberry.field(default=None, description="Only for senior staff.")
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class RescheduleSessionSuccess:
    """Done as the policy says: the session stands at its new time or, where that was asked for too late, is cancelled. See `status`."""

    session: Session
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canReschedule` had shown.")


RescheduleSessionResult = Annotated[
    RescheduleSessionSuccess | RuleRefusal,
    strawberry.union("RescheduleSessionResult", description="The session as it now stands, or why nothing was done."),
]


def reschedule_session(info: Info, input: RescheduleSessionInput) -> RescheduleSessionResult | None:
    """Move a session to another start. Under some policies a late move cancels the session instead: `canReschedule` says so first."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RescheduleSession(
            session_id=key(input.session, "Session", "session"),
            to=input.to,
            acknowledge=word(input.acknowledge, "acknowledge"),
            if_version=input.if_version,
            on_behalf_of_member=input.on_behalf_of is Side.MEMBER,
            override=override(input.override),
            note=words(input.note, "note"),
        )
        refused = misplaced_side(operation, request, command.session_id, input.on_behalf_of)
        return refused or reschedule(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> RescheduleSessionSuccess:
        return RescheduleSessionSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
