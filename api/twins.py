"""The twins of the verbs on sessions: one question, asked for a whole page of sessions at once."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.context import Operation
from commands.answer_investigation import AnswerInvestigation
from commands.answer_investigation import deciding as deciding_answers
from commands.cancel import CancelSession
from commands.cancel import deciding as deciding_cancel
from commands.change import Decide, check_cases
from commands.confirm_new_time import ConfirmNewTime
from commands.confirm_new_time import deciding as deciding_confirm
from commands.contest_outcome import ContestOutcome
from commands.contest_outcome import deciding as deciding_contest
from commands.decide_case import DecideCase
from commands.decide_case import deciding as deciding_case
from commands.facts.sessions import SessionCase
from commands.keep_session import KeepSession
from commands.keep_session import deciding as deciding_keep
from commands.offer_rebooking import OfferRebooking
from commands.offer_rebooking import deciding as deciding_offer
from commands.outcome import ActionCheck
from commands.record_outcome import RecordOutcome
from commands.record_outcome import deciding as deciding_outcome
from commands.report_no_show import ReportNoShow, WithdrawReport, deciding_report, deciding_withdrawal
from commands.reschedule import RescheduleSession
from commands.reschedule import deciding as deciding_reschedule
from commands.state_reason import StateReason
from commands.state_reason import deciding as deciding_reason
from policy.terms import ActorKind, RefusalCode, Side

NO_SESSION = 0
"""A twin's command names no session: it is asked about each session of a page."""


AnyCase = OfferRebooking | ReportNoShow | WithdrawReport | ContestOutcome | AnswerInvestigation | DecideCase
AnyChange = CancelSession | RescheduleSession | ConfirmNewTime | KeepSession | RecordOutcome | StateReason | AnyCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A command that is only asked about; two of them are the same question exactly if their commands are equal.

    `side`: for which side the asker says to act.
    """

    command: AnyChange
    side: Side | None = None

    @property
    def question(self) -> Hashable:
        """What its answers are remembered under."""
        return repr(self.command)

    def check(self, operation: Operation, cases: Mapping[int, SessionCase]) -> Mapping[int, ActionCheck]:
        """What each of the sessions would answer to the command now."""
        decide = deciding_of(self.command, operation.now)
        return check_cases(operation.unit, operation.actor, cases, decide, now=operation.now)


def deciding_of(command: AnyChange, now: datetime) -> Decide:
    """How the rules are asked about this command."""
    match command:
        case CancelSession():
            return deciding_cancel(command, now=now)
        case RescheduleSession():
            return deciding_reschedule(command, now=now)
        case ConfirmNewTime():
            return deciding_confirm(now=now)
        case KeepSession():
            return deciding_keep(command, now=now)
        case (
            OfferRebooking()
            | ReportNoShow()
            | WithdrawReport()
            | ContestOutcome()
            | AnswerInvestigation()
            | DecideCase()
        ):
            return _deciding_case(command, now)
        # After the cases: to decide one is to record an outcome too.
        case RecordOutcome() | StateReason():
            return _deciding_statement(command, now)


def _deciding_statement(command: RecordOutcome | StateReason, now: datetime) -> Decide:
    match command:
        case RecordOutcome():
            return deciding_outcome(command, now=now)
        case StateReason():
            return deciding_reason(command, now=now)


def _deciding_case(command: AnyCase, now: datetime) -> Decide:
    match command:
        case OfferRebooking():
            return deciding_offer(command, now=now)
        case ReportNoShow():
            return deciding_report(command, now=now)
        case WithdrawReport():
            return deciding_withdrawal(command, now=now)
        case ContestOutcome():
            return deciding_contest(command, now=now)
        case AnswerInvestigation():
            return deciding_answers(command, now=now)
        case DecideCase():
            return deciding_case(command, now=now)


def misplaced(side: Side | None, reader: ActorKind) -> bool:
    """Whether somebody says to act for the coach who is not the coach."""
    return side is Side.COACH and reader is not ActorKind.COACH


def forbidden(now: datetime) -> ActionCheck:
    """The answer to who may not even ask."""
    return ActionCheck(
        allowed=False, late=False, code=RefusalCode.FORBIDDEN, decision=None, consequence=None, checked_at=now
    )
