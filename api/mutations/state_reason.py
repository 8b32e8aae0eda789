"""stateReason: why a session was cancelled, stated afterwards or amended."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import NOTE_WORDS, SESSION_WORDS, VERSION_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.outcome import Outcome
from commands.state_reason import StateReason
from commands.state_reason import state_reason as state
from commands.transaction import Request


@given
class StateReasonInput:
    """Why a session was cancelled; `Session.canStateReason` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    reason: str = strawberry.field(description="A reason of the policy (`policy.reasons`) that ends a session.")
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class StateReasonSuccess:
    """The reason stands, its credit and its pay are settled, and whom it concerns is told."""

    session: Session = strawberry.field(description="The session with its reason.")
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canStateReason` had shown.")


StateReasonResult = Annotated[
    StateReasonSuccess | RuleRefusal,
    strawberry.union("StateReasonResult", description="The session with its reason, or why nothing was stated."),
]


def state_reason(info: Info, input: StateReasonInput) -> StateReasonResult | None:
    """State the reason of a cancellation that waits for one (`Session.undecided`), or amend that of a late one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = StateReason(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            reason=word(input.reason, "reason") or "",
            note=words(input.note, "note"),
        )
        return state(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> StateReasonSuccess:
        return StateReasonSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
