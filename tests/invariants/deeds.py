"""What a deed is as a command, with its twin: every verb about a session's whole life."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from api.twins import deciding_of
from commands.actor import Actor
from commands.answer_investigation import AnswerInvestigation, answer_investigation
from commands.answer_proposal import (
    AcceptProposal,
    DeclineProposal,
    WithdrawProposal,
    answer_proposal,
    check_proposals,
)
from commands.attend import Attend, attend, check_attend
from commands.book import BookSession, book, check_book
from commands.cancel import CancelSession, cancel
from commands.change import Override, check_sessions
from commands.conclude_task import ConcludeTask, conclude_task
from commands.confirm_new_time import ConfirmNewTime, confirm_new_time
from commands.contact_support import ContactSupport, contact_support
from commands.contest_outcome import ContestOutcome, contest_outcome
from commands.decide_case import DecideCase, decide_case
from commands.earnings import MarkEarningsPaid, WaiveEarning, mark_earnings_paid, waive_earning
from commands.facts.sessions import session_cases
from commands.grant_pack import GrantPack, grant_pack
from commands.invite import SendInvite, check_wish, propose_session
from commands.keep_session import KeepSession, keep_session
from commands.offer_rebooking import OfferRebooking, offer_rebooking
from commands.outcome import ActionCheck, Outcome
from commands.record_outcome import RecordOutcome, record_outcome
from commands.record_payment import RecordPayment, record_payment
from commands.report_no_show import ReportNoShow, WithdrawReport, report_no_show, withdraw_report
from commands.reschedule import RescheduleSession, reschedule
from commands.settle import settle
from commands.state_reason import StateReason, state_reason
from commands.transaction import Request
from models.queries.proposals import answerable_of_ids
from models.queries.sessions import parties_of
from models.unit import Database, Unit
from policy.investigation import QUESTIONS
from policy.tasks import SUPPORT
from tests.invariants.lives import PRICE, Deed, Life, Ready

Run = Callable[[Database, Request, Any], Outcome]
Changes = Mapping[str, tuple[Any, Run]]

CHANGES: Changes = {
    "cancel": (CancelSession, cancel),
    "reschedule": (RescheduleSession, reschedule),
    "confirm": (ConfirmNewTime, confirm_new_time),
    "keep": (KeepSession, keep_session),
    "record": (RecordOutcome, record_outcome),
    "state": (StateReason, state_reason),
    "offer": (OfferRebooking, offer_rebooking),
    "report": (ReportNoShow, report_no_show),
    "withdraw report": (WithdrawReport, withdraw_report),
    "contest": (ContestOutcome, contest_outcome),
    "answer": (AnswerInvestigation, answer_investigation),
    "decide": (DecideCase, decide_case),
}
ANSWERS: Mapping[str, Any] = {"accept": AcceptProposal, "decline": DeclineProposal, "withdraw": WithdrawProposal}
BEST_ANSWERS = {question.code: "As well as I could." for question in QUESTIONS}


MADE_BY_TIME = ("earning", "task")


def ready(life: Life, deed: Deed) -> Ready | None:
    """The deed in this life; None where there is nothing yet that it could be about."""
    if deed.verb in CHANGES:
        return _change(life, deed)
    if deed.verb in ANSWERS:
        return _answer(life, deed)
    return _OTHERS[deed.verb](life, deed)


def _thing(life: Life, what: str, deed: Deed) -> int | None:
    """The thing that the deed is about; the last ones first, because most happens to them.

    Whoever names one that time brings about has read it before, and reading settles what is due.
    """
    if what in MADE_BY_TIME:
        everybody = frozenset(life.platform.people.values())
        settle(life.platform.database, life.platform.organisation_id, everybody, now=life.now)
    known = life.ids(what)
    return known[-1 - (deed.target or 0) % len(known)] if known else None


def _parties(life: Life, session: int) -> frozenset[int]:
    with life.platform.database.unit(life.platform.organisation_id, read_only=True) as unit:
        return frozenset(parties_of(unit, [session])[session][:2])


def _change(life: Life, deed: Deed) -> Ready | None:
    session = _thing(life, "session", deed)
    if session is None:
        return None
    kind, run = CHANGES[deed.verb]
    more = dict(deed.more)
    if "override" in more:
        more["override"] = Override(reason=more["override"])
    if deed.verb == "answer":
        more["answers"] = BEST_ANSWERS
    command = kind(session_id=session, note="Agreed by telephone." if deed.who == "Sam" else None, **more)

    def check(unit: Unit, actor: Actor, now: datetime) -> ActionCheck:
        return check_sessions(unit, actor, [session], deciding_of(command, now), now=now)[session]

    return Ready(command=command, run=run, check=check, persons=_parties(life, session), session=session)


def _answer(life: Life, deed: Deed) -> Ready | None:
    proposal = _thing(life, "proposal", deed)
    if proposal is None:
        return None
    note = "Agreed by telephone." if deed.who == "Sam" else None
    command = ANSWERS[deed.verb](proposal_id=proposal, note=note, **deed.more)
    with life.platform.database.unit(life.platform.organisation_id, read_only=True) as unit:
        row = answerable_of_ids(unit, [proposal])[proposal]

    def check(unit: Unit, actor: Actor, now: datetime) -> ActionCheck:
        return check_proposals(unit, actor, [proposal], command, now=now)[proposal]

    persons = frozenset({row.coach_id, row.member_id})
    return Ready(command=command, run=answer_proposal, check=check, persons=persons, session=row.session_id)


def _book(life: Life, deed: Deed) -> Ready:
    platform = life.platform
    command = BookSession(
        kind_id=platform.kinds[deed.more["kind"]],
        coach_id=platform.people[deed.more["coach"]],
        member_id=platform.people[deed.more["member"]],
        starts_at=deed.more["start"],
        note="Agreed by telephone." if deed.who == "Sam" else None,
    )

    def check(unit: Unit, actor: Actor, now: datetime) -> ActionCheck:
        return check_book(unit, actor, command, now=now)

    persons = frozenset({command.coach_id, command.member_id})
    return Ready(command=command, run=book, check=check, persons=persons)


def _invite(life: Life, deed: Deed) -> Ready:
    platform = life.platform
    command = SendInvite(
        kind_id=platform.kinds[deed.more["kind"]],
        coach_id=platform.people[deed.more["coach"]],
        member_id=platform.people[deed.more["member"]],
        slots=deed.more["slots"],
        note="Agreed by telephone." if deed.who == "Sam" else None,
    )

    def check(unit: Unit, actor: Actor, now: datetime) -> ActionCheck:
        return check_wish(unit, actor, command, now=now)

    persons = frozenset({command.coach_id, command.member_id})
    return Ready(command=command, run=propose_session, check=check, persons=persons)


def _check_in(life: Life, deed: Deed) -> Ready | None:
    session = _thing(life, "session", deed)
    if session is None:
        return None

    def check(unit: Unit, actor: Actor, now: datetime) -> ActionCheck:
        return check_attend(actor, session_cases(unit, [session], now=now), now=now)[session]

    return Ready(
        command=Attend(session_id=session), run=attend, check=check, persons=_parties(life, session), session=session
    )


def _waive(life: Life, deed: Deed) -> Ready | None:
    earning = _thing(life, "earning", deed)
    if earning is None:
        return None
    return Ready(command=WaiveEarning(earning_id=earning), run=waive_earning, check=None, persons=frozenset())


def _pay_out(life: Life, deed: Deed) -> Ready | None:
    earning = _thing(life, "earning", deed)
    if earning is None:
        return None
    command = MarkEarningsPaid(earnings=(earning,), payout="march")
    return Ready(command=command, run=mark_earnings_paid, check=None, persons=frozenset())


def _pay(life: Life, deed: Deed) -> Ready:
    command = RecordPayment(
        member_id=life.platform.people[deed.more["member"]],
        kind_id=life.platform.kinds[deed.more["kind"]],
        minor_units=deed.more.get("amount", PRICE),
        currency="EUR",
        provider="till",
        reference=deed.more["reference"],
    )
    return Ready(command=command, run=record_payment, check=None, persons=frozenset({command.member_id}))


def _pack(life: Life, deed: Deed) -> Ready:
    platform = life.platform
    command = GrantPack(
        member_id=platform.people[deed.more["member"]], kind_id=platform.kinds[deed.more["kind"]], units=1
    )
    return Ready(command=command, run=grant_pack, check=None, persons=frozenset({command.member_id}))


def _ask_for_help(life: Life, deed: Deed) -> Ready | None:
    session = _thing(life, "session", deed)
    if session is None:
        return None
    command = ContactSupport(session_id=session, text="I need help.")
    return Ready(command=command, run=contact_support, check=None, persons=_parties(life, session))


def _conclude(life: Life, deed: Deed) -> Ready | None:
    task = _thing(life, "task", deed)
    if task is None:
        return None
    command = ConcludeTask(task_id=task, conclusion=SUPPORT.conclusions[0], if_version=1)
    return Ready(command=command, run=conclude_task, check=None, persons=frozenset())


_OTHERS: Mapping[str, Callable[[Life, Deed], Ready | None]] = {
    "book": _book,
    "invite": _invite,
    "check in": _check_in,
    "waive": _waive,
    "pay out": _pay_out,
    "pay": _pay,
    "pack": _pack,
    "ask for help": _ask_for_help,
    "conclude": _conclude,
}
