"""What a message of a decision tells: its facts, fixed when it is written."""

from datetime import datetime

from commands.apply.subject import Subject
from commands.notices import NoticeFacts
from policy.decisions import Decision
from policy.effects import (
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
) -> NoticeFacts:
    """The facts of one message of the decision; `next_starts_at`: the pair's next session, where the message names it."""
    move = next((effect for effect in decision.effects if isinstance(effect, Move)), None)
    cancel = next((effect for effect in decision.effects if isinstance(effect, Cancel)), None)
    conclude = next((effect for effect in decision.effects if isinstance(effect, Conclude)), None)
    undecided = next((effect for effect in decision.effects if isinstance(effect, Undecided)), None)
    credits = [effect for effect in decision.effects if isinstance(effect, Credit)]
    proposal, case = _proposal(decision, notice), _case(decision)
    to = notice.to if isinstance(notice, Notify) else None
    stands = cancel is None and conclude is None and notice.code is not NoticeCode.OUTCOME_PROMPT and case is None
    starts_at, ends_at = (move.starts_at, move.ends_at) if move else (subject.starts_at, subject.ends_at)
    ending = cancel or conclude
    disposition = None if ending is None else ending.disposition
    return NoticeFacts(
        kind_code=subject.kind_code,
        kind_name=subject.kind_name,
        coach_name=subject.coach_name,
        member_name=subject.member_name,
        accounting_zone=subject.accounting_zone,
        starts_at=starts_at,
        ends_at=ends_at,
        sequence=subject.sequence + (move is not None),
        previous_starts_at=None if move is None else move.starts_at_before,
        reason=decision.reason,
        late=decision.late,
        cancelled_by=None if cancel is None else str(cancel.by),
        units=sum(effect.units for effect in credits if effect.kind in _ABOUT.get(notice.code, frozenset())),
        next_bookable_from=decision.next_bookable_from,
        valid_until=_valid_until(credits) if notice.code in _RETURNING else None,
        note=note,
        change_links=stands
        and decision.facts.now < starts_at
        and to is Side.MEMBER
        and notice.code is not NoticeCode.NUDGE,
        join_link=stands and decision.facts.now < ends_at,
        by=str(decision.actor),
        on_behalf_of=None if decision.on_behalf_of is None else str(decision.on_behalf_of),
        unconfirmed=move is not None and move.unconfirmed,
        disposition=None if disposition is None else str(disposition),
        amount=_amount(decision, notice),
        undecided=undecided is not None,
        claim=case.claim if case else None if undecided is None else undecided.claim,
        answer_by=_answer_by(proposal, case, undecided),
        contest_until=case.dispute_until if case else None if conclude is None else conclude.contest_until,
        next_starts_at=next_starts_at,
        outcome_link=to is not None and notice.code in _ASKING,
        for_team=to is None,
        missed=conclude is not None and conclude.status is SessionStatus.MISSED,
        asks=None if proposal is None else str(proposal.action),
        asked_by=None if proposal is None else str(proposal.by),
        answers=None if proposal is None else str(proposal.answers),
        proposed_starts_at=None if proposal is None else proposal.starts_at,
        proposed_ends_at=None if proposal is None else proposal.ends_at,
        result=None if case is None or case.result is None else str(case.result),
    )


def _case(decision: Decision) -> Case | None:
    """The case as the decision leaves it."""
    return next((effect.case for effect in decision.effects if isinstance(effect, ChangeCase)), None)


def _answer_by(proposal: Proposal | None, case: Case | None, undecided: Undecided | None) -> datetime | None:
    """Until when somebody has to answer what the message is about."""
    if proposal is not None:
        return proposal.answer_until
    if case is not None:
        return case.due_at
    return None if undecided is None else undecided.decide_by


_PROPOSING = frozenset(
    {
        NoticeCode.CHANGE_REQUESTED,
        NoticeCode.RESCHEDULE_PROPOSED,
        NoticeCode.REBOOK_OFFER,
        NoticeCode.PROPOSAL_DECLINED,
        NoticeCode.PROPOSAL_EXPIRED,
        NoticeCode.INVITE_WITHDRAWN,
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
