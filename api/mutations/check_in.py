"""checkIn: somebody says that they are there."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.session import Session, visible_sessions
from commands.attend import Attend, attend
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class CheckInInput:
    """For which session you are there; `Session.canCheckIn` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class CheckInSuccess:
    """It is noted that you are there."""

    session: Session = strawberry.field(description="The session, with the signs of who is there.")


CheckInResult = Annotated[
    CheckInSuccess | PlainRefusal,
    strawberry.union("CheckInResult", description="The session for which you are there, or why nothing was noted."),
]


def check_in(info: Info, input: CheckInInput) -> CheckInResult | None:
    """Say that you are there, from a quarter of an hour before the start until the end. Using your join link says the same."""
    operation = info.context

    def run(request: Request) -> Outcome:
        return attend(operation.services.database, request, Attend(session_id=key(input.session, "Session", "session")))

    def success(done: Done) -> CheckInSuccess:
        return CheckInSuccess(session=visible_sessions(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
