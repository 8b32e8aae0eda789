"""contestOutcome: the member objects to what was recorded against them, or disputes that a session was held."""

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
from commands.contest_outcome import ContestOutcome
from commands.contest_outcome import contest_outcome as carry_out
from commands.outcome import Outcome
from commands.transaction import Request


@given
class ContestOutcomeInput:
    """Which session's outcome is wrong; `Session.canContestOutcome` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    claim: str | None = strawberry.field(
        default=None, description="What it was, such as PLATFORM_FAILURE, at most 100 characters; `note` says more."
    )
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class ContestOutcomeSuccess:
    """The team decides: see the session's `cases`. Where questions are asked, answer them with `answerInvestigation`."""

    session: Session


ContestOutcomeResult = Annotated[
    ContestOutcomeSuccess | RuleRefusal,
    strawberry.union(
        "ContestOutcomeResult", description="The session with what is said of it, or why nothing was done."
    ),
]


def contest_outcome(info: Info, input: ContestOutcomeInput) -> ContestOutcomeResult | None:
    """Object to what was recorded against you, or dispute that a reported session was held. What the coach has earned waits until it is decided."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ContestOutcome(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            claim=word(input.claim, "claim"),
            note=words(input.note, "note"),
        )
        return carry_out(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> ContestOutcomeSuccess:
        return ContestOutcomeSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)
