"""A coach invites a member to a session, or a member asks the coach for one; accepting it is booking (V1 … V23, D-34, D-35, D-64)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from policy.booking import decide_booking, objection_to_note, objection_to_place, objection_to_rest, stops
from policy.changing import decide_cancel
from policy.counting import asked_tallies
from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.document import Policy
from policy.effects import Book, Credit, Effect, EndProposal, Notify, Propose
from policy.facts import Attempt, BookingFacts, ChangeFacts, HeldUnit, Interval, Proposal, SessionFacts
from policy.limits import TICK
from policy.money import Money
from policy.openings import is_start_within, objection_to_time, starts_within
from policy.proposals import Reply, objections_to_answer
from policy.resolved import ResolvedPolicy
from policy.terms import (
    Action,
    ActorKind,
    LedgerKind,
    NoticeCode,
    ProposalKind,
    ProposalStatus,
    RefusalCode,
    SessionStatus,
    Side,
)

RULE = "MODEL 5.2"
AnyPolicy = Policy | ResolvedPolicy
"""Of a decision that asks no parameter: what it is made under, by name and version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a coach offers: `slots`, of which the member takes one, or `ranges`, within which the member chooses any time."""

    slots: tuple[datetime, ...] = ()
    ranges: tuple[Interval, ...] = ()


def decide_invite(policy: ResolvedPolicy, facts: BookingFacts, offer: Invitation, *, now: datetime) -> Decision:
    """Whether the coach, or staff for the coach, may invite to these times; a single time, or each of several, is held."""
    proposal = invite_of(policy, offer, now=now)
    decision = replace(_decision(policy, facts.starts_at, proposal, now=now), actor=facts.actor)
    objection = first_objection(_objections_to_inviting(policy, facts, offer, proposal, now=now))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    return replace(decision, effects=(Propose(proposal=proposal), Notify(code=NoticeCode.INVITE, to=Side.MEMBER)))


def invite_of(policy: ResolvedPolicy, offer: Invitation, *, now: datetime) -> Proposal:
    """The invite, with the instant until which it can be answered: at the latest the last start that it offers (D-34)."""
    length = policy.kind.duration
    slots = tuple(Interval(start=at, end=at + length) for at in offer.slots)
    last = max([*offer.slots, *(one.end - length for one in offer.ranges)])
    notice = policy.duration("invite.accept_notice")
    # At one instant the start is the tighter bound, because it is too late itself (2.3).
    bounds = [(last - notice, not notice), (now + policy.duration("invite.ttl"), False)]
    answer_until, at_start = min(bounds, key=lambda bound: (bound[0], not bound[1]))
    single = slots[0] if len(slots) == 1 and not offer.ranges else None
    return Proposal(
        kind=ProposalKind.NEW_SESSION,
        by=ActorKind.COACH,
        answers=ActorKind.MEMBER,
        action=None,
        reason="",
        row=None,
        starts_at=None if single is None else single.start,
        ends_at=None if single is None else single.end,
        sent_at=now,
        answer_until=answer_until,
        at_start=at_start,
        slots=slots,
        ranges=offer.ranges,
        notice=notice,
    )


def decide_request(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> Decision:
    """Whether the member may ask the coach for this time; the coach's time is held, the member's credit is not (D-64)."""
    start, length = facts.starts_at, policy.kind.duration
    bounds = [(start, True), (now + policy.duration("booking.confirm_within"), False)]
    answer_until, at_start = min(bounds, key=lambda bound: (bound[0], not bound[1]))
    proposal = Proposal(
        kind=ProposalKind.BOOKING_REQUEST,
        by=ActorKind.MEMBER,
        answers=ActorKind.COACH,
        action=None,
        reason="",
        row=None,
        starts_at=start,
        ends_at=start + length,
        sent_at=now,
        answer_until=answer_until,
        at_start=at_start,
    )
    decision = replace(_decision(policy, facts.starts_at, proposal, now=now), actor=facts.actor)
    objection = first_objection(_objections_to_requesting(policy, facts, now=now))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    told = (Notify(code=NoticeCode.CHANGE_REQUESTED, to=side) for side in (Side.MEMBER, Side.COACH))
    return replace(decision, effects=(Propose(proposal=proposal), *told))


def decide_taking(
    policy: ResolvedPolicy, facts: BookingFacts, proposal: Proposal, reply: Reply, fee: Money
) -> Decision:
    """Whether the invite or request may be accepted now, and with it the session be booked; a time or credit that is gone leaves it pending."""
    booking = decide_booking(policy, replace(facts, agreed=True), now=reply.now)
    own = first_objection(_objections_to_taking(policy, facts, proposal, reply))
    booking = replace(booking, actor=reply.actor, deadline_at=_last_instant(policy, proposal, facts.starts_at))
    if own is not None and (booking.code is None or own.code.rank <= booking.code.rank):
        return booking.refused(own.code, parameter=own.parameter)
    if not booking.allowed:
        return booking
    done = EndProposal(proposal=proposal, status=ProposalStatus.ACCEPTED)
    return replace(
        booking,
        effects=(*booking.effects, done),
        binding=_is_binding(policy, facts, booking, fee, now=reply.now),
    )


def decide_refusal(policy: AnyPolicy, starts_at: datetime, proposal: Proposal, reply: Reply) -> Decision:
    """Whether the answer may be no: what was held is free, and of an invite both are told (V17 … V19)."""
    codes = [(NoticeCode.PROPOSAL_DECLINED, Side.MEMBER)]
    if proposal.kind is ProposalKind.NEW_SESSION:
        codes = [(NoticeCode.INVITE_DECLINED, Side.MEMBER), (NoticeCode.INVITE_DECLINED, Side.COACH)]
    return _ended(policy, starts_at, proposal, reply, ProposalStatus.DECLINED, proposal.answers, codes)


def decide_taking_back(policy: AnyPolicy, starts_at: datetime, proposal: Proposal, reply: Reply) -> Decision:
    """Whether who proposed it may take it back: at any time as long as it waits, and without loss."""
    codes = [(NoticeCode.INVITE_WITHDRAWN, Side.MEMBER)] if proposal.kind is ProposalKind.NEW_SESSION else []
    return _ended(policy, starts_at, proposal, reply, ProposalStatus.WITHDRAWN, proposal.by, codes)


def decide_lapse(policy: AnyPolicy, starts_at: datetime, proposal: Proposal, *, now: datetime) -> Decision:
    """Nobody has answered until then: what was held is free, and both are told (V20 … V22, D-34)."""
    codes = [(NoticeCode.PROPOSAL_EXPIRED, Side.MEMBER), (NoticeCode.PROPOSAL_EXPIRED, Side.COACH)]
    effects = _ending(proposal, ProposalStatus.EXPIRED, codes)
    return replace(_decision(policy, starts_at, proposal, now=now), effects=effects)


def starts_to_take(
    policy: ResolvedPolicy, facts: BookingFacts, proposal: Proposal, *, now: datetime
) -> tuple[datetime, ...]:
    """The starts that the proposal offers and that nobody has taken meanwhile, in order; `availability` reaches over all of them."""
    named = {one.start for one in proposal.slots}
    if proposal.starts_at is not None:
        named.add(proposal.starts_at)
    within = {at for one in proposal.ranges for at in starts_within(policy, facts.zones, one)}
    anywhere = policy.flag("invite.outside_availability")
    return tuple(
        at
        for at in sorted(named | within)
        if (anywhere or at in named or _objection_to_hours(policy, facts, at) is None)
        and objection_to_time(facts.availability, at, policy.kind.duration, now=now) is None
        and _objection_to_notice(policy, proposal, at, now=now) is None
    )


def _ended(
    policy: AnyPolicy,
    starts_at: datetime,
    proposal: Proposal,
    reply: Reply,
    status: ProposalStatus,
    may: ActorKind,
    codes: list[tuple[NoticeCode, Side]],
) -> Decision:
    decision = replace(_decision(policy, starts_at, proposal, now=reply.now), actor=reply.actor)
    objection = first_objection(objections_to_answer(proposal, reply, may=may))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    return replace(decision, effects=_ending(proposal, status, codes))


def _ending(proposal: Proposal, status: ProposalStatus, codes: list[tuple[NoticeCode, Side]]) -> tuple[Effect, ...]:
    told = (Notify(code=code, to=side) for code, side in codes)
    return (EndProposal(proposal=proposal, status=status), *told)


def _decision(policy: AnyPolicy, starts_at: datetime, proposal: Proposal, *, now: datetime) -> Decision:
    return Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=starts_at, notice=starts_at - now, to=proposal.starts_at),
        parameter=RULE,
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=proposal.answer_until - TICK if proposal.at_start else proposal.answer_until,
    )


def _last_instant(policy: ResolvedPolicy, proposal: Proposal, start: datetime) -> datetime:
    """The last instant at which this start of the proposal can be accepted."""
    until = proposal.answer_until - TICK if proposal.at_start else proposal.answer_until
    if proposal.kind is ProposalKind.BOOKING_REQUEST:
        return min(until, start - TICK)
    notice = policy.duration("invite.accept_notice")
    return min(until, start - notice if notice else start - TICK)


def _objections_to_inviting(
    policy: ResolvedPolicy, facts: BookingFacts, offer: Invitation, proposal: Proposal, *, now: datetime
) -> Iterator[Objection | None]:
    yield objection_to_rest(facts)
    yield objection_to_note(facts.actor, facts.note)
    if facts.actor not in (ActorKind.COACH, ActorKind.STAFF):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if not policy.flag("invite.enabled"):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="invite.enabled")
    if policy.flag("invite.requires_prior_session") and not facts.met_before:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="invite.requires_prior_session")
    for at in offer.slots:
        yield objection_to_time(facts.availability, at, policy.kind.duration, now=now)
        yield _objection_to_notice(policy, proposal, at, now=now)
        yield _objection_to_hours(policy, facts, at)
    for one in offer.ranges:
        last = one.end - policy.kind.duration
        if last < one.start or last <= now:
            yield Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter=RULE)
        yield _objection_to_notice(policy, proposal, last, now=now)


def _objection_to_hours(policy: ResolvedPolicy, facts: BookingFacts, start: datetime) -> Objection | None:
    """Outside the published hours only where the policy lets invites lie there (V3, D-35)."""
    end = start + policy.kind.duration
    inside = any(hours.start <= start and end <= hours.end for hours in facts.availability.hours)
    if inside or policy.flag("invite.outside_availability"):
        return None
    return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="invite.outside_availability")


def _objections_to_requesting(
    policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime
) -> Iterator[Objection | None]:
    if facts.actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    for name in ("booking.self_service", "booking.by_request"):
        if not policy.flag(name):
            yield Objection(code=RefusalCode.FORBIDDEN, parameter=name)
    yield objection_to_rest(facts)
    yield from stops(policy, facts, now=now)
    yield objection_to_place(policy, facts, now=now)


def _objections_to_taking(
    policy: ResolvedPolicy, facts: BookingFacts, proposal: Proposal, reply: Reply
) -> Iterator[Objection | None]:
    yield from objections_to_answer(proposal, reply, may=proposal.answers)
    if proposal.status is not ProposalStatus.PENDING:
        return
    yield _objection_to_choice(policy, facts, proposal, facts.starts_at)
    yield _objection_to_notice(policy, proposal, facts.starts_at, now=reply.now)


def _objection_to_choice(
    policy: ResolvedPolicy, facts: BookingFacts, proposal: Proposal, start: datetime
) -> Objection | None:
    """Only what was offered can be chosen: one of the slots, or a start of the grid within a range, in or beside the published hours."""
    if start == proposal.starts_at or any(one.start == start for one in proposal.slots):
        return None
    if any(is_start_within(policy, facts.zones, one, start) for one in proposal.ranges):
        return _objection_to_hours(policy, facts, start)
    return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter=RULE)


def _objection_to_notice(
    policy: ResolvedPolicy, proposal: Proposal, start: datetime, *, now: datetime
) -> Objection | None:
    """Each time of an invite can be accepted until so long before it (D-34, D-39); what has begun is no time at all (MODEL 14)."""
    if proposal.kind is not ProposalKind.NEW_SESSION or start <= now:
        return None
    if now <= start - policy.duration("invite.accept_notice"):
        return None
    return Objection(code=RefusalCode.NOTICE_TOO_SHORT, parameter="invite.accept_notice")


def _is_binding(policy: ResolvedPolicy, facts: BookingFacts, booking: Decision, fee: Money, *, now: datetime) -> bool:
    """Whether the member could not give up the session at no cost from the very first (D-39)."""
    book = next((effect for effect in booking.effects if isinstance(effect, Book)), None)
    if book is None:
        return False
    session = SessionFacts(
        id=0,
        kind=facts.kind,
        starts_at=book.starts_at,
        ends_at=book.ends_at,
        status=SessionStatus.SCHEDULED,
        booked_at=now,
        first_starts_at=book.starts_at,
        fee=fee,
        held=tuple(
            HeldUnit(lot=one.lot, units=one.units)
            for one in booking.effects
            if isinstance(one, Credit) and one.kind is LedgerKind.HOLD
        ),
    )
    attempt = Attempt(action=Action.CANCEL, actor=ActorKind.MEMBER, now=now)
    tallies = dict.fromkeys(asked_tallies(policy), 0)
    given_up = decide_cancel(policy, session, attempt, ChangeFacts(zones=facts.zones, lots=facts.lots, tallies=tallies))
    return not given_up.allowed or given_up.costly
