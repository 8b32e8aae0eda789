"""confirmNewTime: the member agrees to a time that the other side moved the session to."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.changes import SESSION_WORDS, VERSION_WORDS, change
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.refusals import RuleRefusal
from api.types.session import Session
from commands.confirm_new_time import ConfirmNewTime
from commands.confirm_new_time import confirm_new_time as confirm
from commands.outcome import Outcome
from commands.transaction import Request


@given
class ConfirmNewTimeInput:
    """Which session's new time is agreed to; it is the time at which this version of the session stands."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class ConfirmNewTimeSuccess:
    """The time is agreed: the ordinary notice applies to the session again."""

    session: Session


ConfirmNewTimeResult = Annotated[
    ConfirmNewTimeSuccess | RuleRefusal,
    strawberry.union("ConfirmNewTimeResult", description="The session with its agreed time, or why nothing was done."),
]


def confirm_new_time(info: Info, input: ConfirmNewTimeInput) -> ConfirmNewTimeResult | None:
    """Agree to the time that the other side moved your session to (`awaitsConfirmation`). Until then you may cancel it without loss."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ConfirmNewTime(session_id=key(input.session, "Session", "session"), if_version=input.if_version)
        return confirm(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> ConfirmNewTimeSuccess:
        return ConfirmNewTimeSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)
