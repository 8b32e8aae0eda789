"""reportNoShow and withdrawReport: the member says that the coach did not come, or takes that back (T5, D-32, D-50)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.decisions import Decision
from policy.facts import Statement
from policy.reports import decide_report, decide_withdrawal
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportNoShow(Acknowledged):
    """The coach did not come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawReport(Acknowledged):
    """The report is taken back."""


def report_no_show(database: Database, request: Request, command: ReportNoShow) -> Outcome:
    """A case is open and the coach has to answer it; while one is open already, it is that one and nothing changes."""
    return change_session(database, request, command, deciding_report(command, now=request.now))


def withdraw_report(database: Database, request: Request, command: WithdrawReport) -> Outcome:
    """The case is closed, and the session awaits its outcome again."""
    return change_session(database, request, command, deciding_withdrawal(command, now=request.now))


def deciding_report(command: ReportNoShow, *, now: datetime) -> Decide:
    """How the rules are asked for a report."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(actor=kind, now=now, note=command.note)
        return decide_report(case.policy, case.facts, statement)

    return decide


def deciding_withdrawal(command: WithdrawReport, *, now: datetime) -> Decide:
    """How the rules are asked whether a report may be taken back."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(actor=kind, now=now, note=command.note)
        return decide_withdrawal(case.policy, case.facts, statement)

    return decide
