"""recordOutcome: what became of a session, stated or amended."""

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
from commands.record_outcome import RecordOutcome
from commands.record_outcome import record_outcome as record
from commands.transaction import Request
from policy.terms import Side

HELD_WORDS = "Whether the session took place."
REASON_WORDS = "A reason of the policy (`policy.reasons`): why it did not take place. For a session that took place it may be left out."
ABSENT_WORDS = (
    "Who was absent; the policy then gives the reason. It can be stated before the end, after a waiting time."
)


@given
class RecordOutcomeInput:
    """What became of a session; `Session.canRecordOutcome` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    held: bool = strawberry.field(description=HELD_WORDS)
    reason: str | None = strawberry.field(default=None, description=REASON_WORDS)
    absent: Side | None = strawberry.field(default=None, description=ABSENT_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class RecordOutcomeSuccess:
    """The outcome stands, its credit and its pay are settled, and whom it concerns is told."""

    session: Session = strawberry.field(description="The session with its outcome.")
    consequence: Consequence = strawberry.field(
        description="What it led to: the same that `canRecordOutcome` had shown."
    )


RecordOutcomeResult = Annotated[
    RecordOutcomeSuccess | RuleRefusal,
    strawberry.union("RecordOutcomeResult", description="The session with its outcome, or why none was recorded."),
]


def record_outcome(info: Info, input: RecordOutcomeInput) -> RecordOutcomeResult | None:
    """State what became of a session: it was held, somebody was absent, or it did not take place for a reason.

    Of a session that has an outcome, this amends it: the coach for some days, staff at any time.
    """
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RecordOutcome(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            held=input.held,
            reason=word(input.reason, "reason"),
            absent=input.absent,
            note=words(input.note, "note"),
        )
        return record(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> RecordOutcomeSuccess:
        return RecordOutcomeSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
