"""reportNoShow: the member says that the coach did not come."""

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
from commands.outcome import Outcome
from commands.report_no_show import ReportNoShow
from commands.report_no_show import report_no_show as carry_out
from commands.transaction import Request


@given
class ReportNoShowInput:
    """Which session's coach did not come; `Session.canReportNoShow` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class ReportNoShowSuccess:
    """The report is received: see the session's `cases`. Reported again while it is open, it is the same one."""

    session: Session


ReportNoShowResult = Annotated[
    ReportNoShowSuccess | RuleRefusal,
    strawberry.union("ReportNoShowResult", description="The session with what is said of it, or why nothing was done."),
]


def report_no_show(info: Info, input: ReportNoShowInput) -> ReportNoShowResult | None:
    """Report that your coach did not come. The coach has until the case's `dueAt` to answer; what follows their silence, the policy says.

    Where your own absence is recorded already, it is an objection to that, like `contestOutcome` (D-22)."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ReportNoShow(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return carry_out(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> ReportNoShowSuccess:
        return ReportNoShowSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)
