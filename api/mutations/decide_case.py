"""decideCase: staff decide an open case by saying what became of the session."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import SESSION_WORDS, VERSION_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.mutations.record_outcome import ABSENT_WORDS, HELD_WORDS, REASON_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.decide_case import DecideCase
from commands.decide_case import decide_case as decide
from commands.outcome import Outcome
from commands.transaction import Request
from policy.terms import Side


@given
class DecideCaseInput:
    """How an open case is decided; `Session.canDecideCase` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    held: bool = strawberry.field(description=HELD_WORDS)
    reason: str | None = strawberry.field(default=None, description=REASON_WORDS)
    absent: Side | None = strawberry.field(default=None, description=ABSENT_WORDS)
    note: str = strawberry.field(description="Why, in words, at most 4,000 characters; it stands in the history.")


@output
class DecideCaseSuccess:
    """The case is closed: upheld, and the member gets back what they have lost, or rejected."""

    session: Session
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canDecideCase` had shown.")


DecideCaseResult = Annotated[
    DecideCaseSuccess | RuleRefusal,
    strawberry.union("DecideCaseResult", description="The session as it was decided, or why nothing was done."),
]


def decide_case(info: Info, input: DecideCaseInput) -> DecideCaseResult | None:
    """As staff, decide a report, a contest or an investigation by saying what became of the session; it is decided once."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = DecideCase(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            held=input.held,
            reason=word(input.reason, "reason"),
            absent=input.absent,
            note=words(input.note, "note"),
        )
        return decide(operation.services.database, request, command)

    def success(session: Session, shown: Consequence) -> DecideCaseSuccess:
        return DecideCaseSuccess(session=session, consequence=shown)

    return change(operation, input.idempotency_key, run, success)
