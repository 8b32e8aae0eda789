"""cancelSession: a session is given up, in time or late, by either side or by staff."""

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
from commands.cancel import CancelSession, cancel
from commands.outcome import Outcome
from commands.transaction import Request
from policy.terms import Side


@given
class CancelSessionInput:
    """Which session is given up; `Session.canCancel` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    on_behalf_of: Side | None = strawberry.field(default=None, description=BEHALF_WORDS)
    claim: str | None = strawberry.field(
        default=None, description="A claim that a row of the policy may ask for, such as EMERGENCY."
    )
    override: OverrideInput | None = strawberry.field(default=None, description="Only for senior staff.")
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class CancelSessionSuccess:
    """The session is cancelled, its credit is settled, and both sides are told."""

    session: Session
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canCancel` had shown.")


CancelSessionResult = Annotated[
    CancelSessionSuccess | RuleRefusal,
    strawberry.union("CancelSessionResult", description="The session that was cancelled, or why it was not."),
]


def cancel_session(info: Info, input: CancelSessionInput) -> CancelSessionResult | None:
    """Cancel a session. What that costs stands in `Session.canCancel`; a costly cancellation must acknowledge its consequence."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = CancelSession(
            session_id=key(input.session, "Session", "session"),
            acknowledge=word(input.acknowledge, "acknowledge"),
            if_version=input.if_version,
            on_behalf_of_member=input.on_behalf_of is Side.MEMBER,
            claim=word(input.claim, "claim"),
            override=override(input.override),
            note=words(input.note, "note"),
        )
        refused = misplaced_side(operation, request, command.session_id, input.on_behalf_of)
        return refused or cancel(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> CancelSessionSuccess:
        return CancelSessionSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
