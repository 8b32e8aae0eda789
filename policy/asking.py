"""A row that answers ASK or OFFER: nothing happens yet, the other side is asked (D-36, D-58, MODEL 5.2)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from policy.decisions import Decision
from policy.effects import Charge, Credit, Effect, EndProposal, Notify, NotifyStaff, Penalty, Propose
from policy.facts import Attempt, Proposal, SessionFacts
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.settlement import Settlement, settle_ended, settle_moved
from policy.terms import Action, ActorKind, Answer, LedgerKind, NoticeCode, ProposalKind, ProposalStatus, Side

Bound = tuple[datetime, bool]
"""An instant that ends the time for an answer, and whether it is a start, which is too late itself (MODEL 5.2)."""


def asked(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, row: Row, decision: Decision) -> Decision:
    """The other side, or staff, are asked; a newer proposal of the same kind takes the place of an older one."""
    proposal = proposal_of(policy, session, attempt, row)
    settlement = _settlement(policy, session, attempt, row)
    propose = Propose(proposal=proposal, costs=", ".join(_costs(settlement)))
    return replace(
        decision,
        costly=settlement.costly,
        needs_acknowledgement=settlement.costly and policy.flag("change.late_ack_required"),
        effects=(propose, *superseded(session, proposal), *notices_of_asking(proposal)),
    )


def superseded(session: SessionFacts, proposal: Proposal) -> Iterator[EndProposal]:
    """The older proposals of the same kind, whose place this one takes (MODEL 5.2)."""
    for one in session.proposals:
        if one.kind is proposal.kind:
            yield EndProposal(proposal=one, status=ProposalStatus.SUPERSEDED)


def proposal_of(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, row: Row) -> Proposal:
    """What is proposed, to whom, and until when it can be answered."""
    by = ActorKind.MEMBER if attempt.by is Side.MEMBER else ActorKind.COACH
    kind = _kind(row, by, attempt.action)
    answer_until, at_start = min(_bounds(policy, session, attempt, row, kind), key=_tightness)
    return Proposal(
        kind=kind,
        by=by,
        answers=answers_of(row, by),
        action=attempt.action,
        reason=row.reason or "",
        row=row.id,
        starts_at=attempt.to,
        ends_at=None if attempt.to is None else attempt.to + session.kind.duration,
        sent_at=attempt.now,
        answer_until=answer_until,
        at_start=at_start,
    )


def answers_of(row: Row, by: ActorKind) -> ActorKind:
    """Who is asked: staff where the row says so, else the other side."""
    if row.asks_staff:
        return ActorKind.STAFF
    return ActorKind.COACH if by is ActorKind.MEMBER else ActorKind.MEMBER


def _kind(row: Row, by: ActorKind, action: Action) -> ProposalKind:
    if row.then is Answer.OFFER:
        return ProposalKind.REBOOK_OFFER
    to_member = by is ActorKind.COACH and not row.asks_staff
    return ProposalKind.RESCHEDULE if to_member and action is Action.MOVE else ProposalKind.CHANGE_REQUEST


def _bounds(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, row: Row, kind: ProposalKind
) -> Iterator[Bound]:
    if kind is ProposalKind.REBOOK_OFFER:
        yield attempt.now + policy.duration("case.rebook_offer_within"), False
        return
    yield session.starts_at, True
    if attempt.to is not None:
        yield attempt.to, True
    if row.answer_within is not None:
        yield attempt.now + row.answer_within, False
    if kind is ProposalKind.RESCHEDULE:
        yield attempt.now + policy.duration("invite.ttl"), False


def _tightness(bound: Bound) -> tuple[datetime, bool]:
    """At one instant a start is the tighter bound, because it is too late itself."""
    return bound[0], not bound[1]


def _settlement(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, row: Row) -> Settlement:
    """What the reason would cost if it were carried out now; the one who asks agrees to that much."""
    settle = settle_moved if attempt.action is Action.MOVE else settle_ended
    return settle(policy, session, policy.reasons[row.reason or ""], now=attempt.now)


def _costs(settlement: Settlement) -> Iterator[str]:
    lost = sum(one.units for one in settlement.effects if isinstance(one, Credit) and one.kind is LedgerKind.FORFEIT)
    if lost:
        yield "1 unit is lost" if lost == 1 else f"{lost} units are lost"
    for effect in settlement.effects:
        if isinstance(effect, Charge):
            yield f"a fee of {effect.amount} is due from the member"
        if isinstance(effect, Penalty):
            yield f"a fee of {effect.amount} is due from the coach"


def notices_of_asking(proposal: Proposal) -> Iterator[Effect]:
    """Who is told that something is proposed: of a request both, of a proposal or an offer the member (MODEL 9)."""
    match proposal.kind:
        case ProposalKind.CHANGE_REQUEST:
            yield Notify(code=NoticeCode.CHANGE_REQUESTED, to=Side.MEMBER)
            yield Notify(code=NoticeCode.CHANGE_REQUESTED, to=Side.COACH)
            if proposal.answers is ActorKind.STAFF:
                yield NotifyStaff(code=NoticeCode.CHANGE_REQUESTED)
        case ProposalKind.RESCHEDULE:
            yield Notify(code=NoticeCode.RESCHEDULE_PROPOSED, to=Side.MEMBER)
        case ProposalKind.REBOOK_OFFER:
            yield Notify(code=NoticeCode.REBOOK_OFFER, to=Side.MEMBER)
        case ProposalKind.SERIES_SPLIT:
            asked = Side.MEMBER if proposal.answers is ActorKind.MEMBER else Side.COACH
            yield Notify(code=NoticeCode.SPLIT_PROPOSED, to=asked)
        case ProposalKind.NEW_SESSION | ProposalKind.BOOKING_REQUEST:
            # Invites and requests to book are about no session yet: their own rules say whom they tell.
            return
