"""withdrawReport: the member takes back that the coach did not come."""

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
from commands.report_no_show import WithdrawReport
from commands.report_no_show import withdraw_report as carry_out
from commands.transaction import Request


@given
class WithdrawReportInput:
    """Which session's report is taken back; `Session.canWithdrawReport` answers the same question without acting."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class WithdrawReportSuccess:
    """The case is closed, and the session awaits its outcome again."""

    session: Session


WithdrawReportResult = Annotated[
    WithdrawReportSuccess | RuleRefusal,
    strawberry.union(
        "WithdrawReportResult", description="The session with what is said of it, or why nothing was done."
    ),
]


def withdraw_report(info: Info, input: WithdrawReportInput) -> WithdrawReportResult | None:
    """Take back your report that the coach did not come."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = WithdrawReport(
            session_id=key(input.session, "Session", "session"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return carry_out(operation.services.database, request, command)

    def success(session: Session, _shown: Consequence) -> WithdrawReportSuccess:
        return WithdrawReportSuccess(session=session)

    return change(operation, input.idempotency_key, run, success)
