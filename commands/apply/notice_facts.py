"""What a message of a decision tells: its facts, fixed when it is written."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from commands.apply.subject import Subject
from commands.notices import Choice, NoticeFacts, OfferedTime
from policy.decisions import Decision
from policy.effects import (
    AskWhichToKeep,
    Cancel,
    ChangeCase,
    Charge,
    Conclude,
    Credit,
    EndProposal,
    GiveBackFee,
    Move,
    Notify,
    NotifyStaff,
    Penalty,
    Propose,
    Refund,
    Undecided,
)
from policy.facts import Case, Proposal
from policy.money import Money
from policy.terms import LedgerKind, NoticeCode, SessionStatus, Side


def facts_of_notice(
    subject: Subject,
    decision: Decision,
    notice: Notify | NotifyStaff,
    note: str | None,
    *,
    next_starts_at: datetime | None,
    choices: tuple[Choice, ...] = (),
) -> NoticeFacts:
    """The facts of one message of the decision; `next_starts_at`, `choices`: the pair's next session, the bookings it names."""
    plain = _of_session(subject, decision, note)
    said = {**_of_change(decision), **_of_message(decision, notice, plain), **_of_question(decision, notice)}
    if not subject.session_id:
        said |= {"change_links": False, "join_link": False}
    return replace(plain, **said, next_starts_at=next_starts_at, choices=choices)


def _of_session(subject: Subject, decision: Decision, note: str | None) -> NoticeFacts:
    """What every message tells: which session, by whom and for which reason."""
    move, cancel = _first(decision, Move), _first(decision, Cancel)
    return NoticeFacts(
        kind_code=subject.kind_code,
        kind_name=subject.kind_name,
        coach_name=subject.coach_name,
        member_name=subject.member_name,
        accounting_zone=subject.accounting_zone,
        starts_at=subject.starts_at if move is None else move.starts_at,
        ends_at=subject.ends_at if move is None else move.ends_at,
        sequence=subject.sequence + (move is not None),
        previous_starts_at=None if move is None else move.starts_at_before,
        reason=decision.reason,
        row=decision.row,
        late=decision.late,
        cancelled_by=None if cancel is None else str(cancel.by),
        next_bookable_from=decision.next_bookable_from,
        then_bookable_from=decision.then_bookable_from,
        note=note,
        by=str(decision.actor),
        on_behalf_of=None if decision.on_behalf_of is None else str(decision.on_behalf_of),
        unconfirmed=move is not None and move.unconfirmed,
    )


def _of_change(decision: Decision) -> dict[str, Any]:
    """What became of the session and its case."""
    conclude, case = _first(decision, Conclude), _case(decision)
    ending = _first(decision, Cancel) or conclude
    contestable = None if ending is None else ending.contest_until
    result = None if case is None else case.result
    return {
        "disposition": None if ending is None or ending.disposition is None else str(ending.disposition),
        "undecided": _first(decision, Undecided) is not None,
        "missed": conclude is not None and conclude.status is SessionStatus.MISSED,
        "contest_until": case.dispute_until if case else contestable,
        "result": None if result is None else str(result),
    }


def _of_message(decision: Decision, notice: Notify | NotifyStaff, plain: NoticeFacts) -> dict[str, Any]:
    """What this message tells besides, and the links that it carries."""
    credits = [effect for effect in decision.effects if isinstance(effect, Credit)]
    to = notice.to if isinstance(notice, Notify) else None
    over = _first(decision, Cancel) or _first(decision, Conclude) or _case(decision)
    # Of a booking that was given up for another one the links are those of the other (D-14).
    stands = over is None or (notice.code is NoticeCode.DUPLICATE_CANCELLED and to is Side.MEMBER)
    changeable = stands and decision.facts.now < plain.starts_at
    return {
        "units": sum(effect.units for effect in credits if effect.kind in _ABOUT.get(notice.code, frozenset())),
        "valid_until": _valid_until(credits) if notice.code in _RETURNING else None,
        "amount": _amount(decision, notice),
        "change_links": changeable and to is Side.MEMBER and notice.code not in _WITHOUT_CHANGES,
        "join_link": stands and decision.facts.now < plain.ends_at and notice.code not in _WITHOUT_JOINING,
        "questionnaire_link": notice.code is NoticeCode.QUESTIONNAIRE_REMINDER,
        "outcome_link": to is not None and notice.code in _ASKING,
        "for_team": to is None,
    }


def _of_question(decision: Decision, notice: Notify | NotifyStaff) -> dict[str, Any]:
    """What somebody is asked by the message, and until when there has to be an answer."""
    proposal, case, undecided = _proposal(decision, notice), _case(decision), _first(decision, Undecided)
    said: dict[str, Any] = {
        "claim": case.claim if case else None if undecided is None else undecided.claim,
        "answer_by": _answer_by(decision, proposal, case, undecided),
    }
    if proposal is None:
        return said
    return said | {
        "asks": str(proposal.action or "BOOK"),
        "offered": tuple(_offered(proposal)),
        "asked_by": str(proposal.by),
        "answers": str(proposal.answers),
        "proposed_starts_at": proposal.starts_at,
        "proposed_ends_at": proposal.ends_at,
        "answer_link": _answers(notice, proposal) and _first(decision, Propose) is not None,
    }


def _offered(proposal: Proposal) -> Iterator[OfferedTime]:
    """The times of an invite."""
    for one in proposal.slots:
        yield OfferedTime(starts_at=one.start, ends_at=one.end)
    for one in proposal.ranges:
        yield OfferedTime(starts_at=one.start, ends_at=one.end, is_range=True)


def _answers(notice: Notify | NotifyStaff, proposal: Proposal) -> bool:
    """Whether the reader is the side that is asked."""
    return isinstance(notice, Notify) and str(notice.to) == str(proposal.answers)


E = TypeVar("E")


def _first(decision: Decision, kind: type[E]) -> E | None:
    return next((effect for effect in decision.effects if isinstance(effect, kind)), None)


def _case(decision: Decision) -> Case | None:
    """The case as the decision leaves it."""
    return next((effect.case for effect in decision.effects if isinstance(effect, ChangeCase)), None)


def _answer_by(
    decision: Decision, proposal: Proposal | None, case: Case | None, undecided: Undecided | None
) -> datetime | None:
    """Until when somebody has to answer what the message is about."""
    asked = _first(decision, AskWhichToKeep)
    if asked is not None:
        return asked.due_at
    if proposal is not None:
        return proposal.answer_until
    if case is not None:
        return case.due_at
    return None if undecided is None else undecided.decide_by


_WITHOUT_CHANGES = frozenset({NoticeCode.NUDGE, NoticeCode.OUTCOME_PROMPT, NoticeCode.REBOOK_OFFER})
_WITHOUT_JOINING = frozenset({NoticeCode.OUTCOME_PROMPT, NoticeCode.DUPLICATE_QUESTION})

_PROPOSING = frozenset(
    {
        NoticeCode.INVITE,
        NoticeCode.INVITE_DECLINED,
        NoticeCode.CHANGE_REQUESTED,
        NoticeCode.RESCHEDULE_PROPOSED,
        NoticeCode.REBOOK_OFFER,
        NoticeCode.PROPOSAL_DECLINED,
        NoticeCode.PROPOSAL_EXPIRED,
        NoticeCode.INVITE_WITHDRAWN,
        NoticeCode.SPLIT_PROPOSED,
    }
)


def _proposal(decision: Decision, notice: Notify | NotifyStaff) -> Proposal | None:
    """The proposal that the message is about; it was sent, or ended, by the decision."""
    if notice.code not in _PROPOSING:
        return None
    found = (one.proposal for one in decision.effects if isinstance(one, Propose | EndProposal))
    return next(found, None)


_RETURNING = frozenset({NoticeCode.CREDIT_RETURNED, NoticeCode.CASE_CLOSED})
"""Messages that say until when a returned credit can be used."""

_ABOUT = {
    NoticeCode.LATE_LOSS: frozenset({LedgerKind.FORFEIT}),
    NoticeCode.NO_SHOW_RECORDED: frozenset({LedgerKind.FORFEIT}),
    NoticeCode.OUTCOME_COUNTED: frozenset({LedgerKind.FORFEIT}),
    NoticeCode.CASE_CLOSED: frozenset({LedgerKind.FORFEIT, LedgerKind.CONSUME}),
    NoticeCode.CREDIT_RETURNED: frozenset({LedgerKind.RELEASE, LedgerKind.RESTORE}),
}

_ASKING = frozenset({NoticeCode.OUTCOME_PROMPT, NoticeCode.EMERGENCY_QUESTION})
"""Messages whose reader is to say what became of the session."""


def _amount(decision: Decision, notice: Notify | NotifyStaff) -> Money | None:
    """What the message is about: the refund, or the fee that this side owes or gets back."""
    member = isinstance(notice, Notify) and notice.to is Side.MEMBER
    wanted = {
        NoticeCode.FEE_CHARGED: (Charge,) if member else (Penalty,),
        NoticeCode.REFUNDED: (Refund, GiveBackFee),
    }.get(notice.code, ())
    return next((effect.amount for effect in decision.effects if isinstance(effect, wanted)), None)


def _valid_until(credits: list[Credit]) -> datetime | None:
    """Until when what was returned can be used: the end of the return lot, else of the lot it came from."""
    for effect in credits:
        if effect.kind is LedgerKind.CARRY and effect.to is not None:
            return effect.to.closes_at
    back = (LedgerKind.RELEASE, LedgerKind.RESTORE)
    return next((effect.lot.closes_at for effect in credits if effect.kind in back), None)
