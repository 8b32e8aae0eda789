"""An invite, or a request to book, is accepted, declined or taken back: accepting books the session (V9 … V19, D-39, D-54)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.answers import AcceptProposal, AnyAnswer, DeclineProposal, WithdrawProposal
from commands.apply.change import Change, apply_change
from commands.apply.subject import Subject
from commands.book import BookingCase, BookSession, case_of_pair, insert_session, lots_for
from commands.change import refusal_of, unacknowledged
from commands.facts.calendar import look_around
from commands.facts.policies import offered
from commands.invite_case import InviteCase, invite_cases
from commands.outcome import ActionCheck, Done, Outcome, check_of
from commands.transaction import Request
from models.queries.booking import pairing
from models.unit import Unit
from policy.decisions import Decision, consequence_of
from policy.effects import Book
from policy.facts import Interval, Proposal
from policy.inviting import decide_refusal, decide_taking, decide_taking_back, starts_to_take
from policy.money import Money
from policy.proposals import Reply
from policy.terms import ActorKind, ProposalStatus, RefusalCode


def wish_of(case: InviteCase) -> BookSession:
    """What accepting it books."""
    row = case.row
    return BookSession(kind_id=row.kind_id, coach_id=row.coach_id, member_id=row.member_id, starts_at=case.starts_at)


def booking_of(unit: Unit, case: InviteCase, *, now: datetime) -> BookingCase | None:
    """What accepting it is decided from; None where the two have nothing together any more. Three statements."""
    row = case.row
    pair = pairing(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None or pair.member_id is None or not pair.is_member:
        return None
    if not (pair.engagement_id or pair.open_to_all or pair.met_before):
        return None
    policy = offered(pair.document, pair.policy_number, pair.kind_code, pair.contract_document, pair.plan_document)
    if policy is None:
        return None
    wish = wish_of(case)
    lots = lots_for(unit, wish, now=now)
    return case_of_pair(unit, pair, policy, wish, ActorKind.MEMBER, lots=lots, without=None, now=now, asked=row.id)


def check_invites(
    unit: Unit, actor: Actor, rows: Mapping[int, Row[Any]], command: AnyAnswer, *, now: datetime
) -> dict[int, ActionCheck]:
    """What this answer to each of these invites would lead to now."""
    cases = invite_cases(unit, rows, _chosen(command)) if rows else {}
    return {key: _check(unit, actor, case, command, now=now) for key, case in cases.items()}


def _check(unit: Unit, actor: Actor, case: InviteCase, command: AnyAnswer, *, now: datetime) -> ActionCheck:
    kind = actor.acts_on(coach_id=case.row.coach_id, member_id=case.row.member_id)
    if kind is None or not actor.may_change(kind):
        code = RefusalCode.NOT_FOUND if kind is None else RefusalCode.FORBIDDEN
        return ActionCheck(allowed=False, late=False, code=code, decision=None, consequence=None, checked_at=now)
    decision = _decide(case, _booking(unit, case, command, now=now), command, kind, now=now)
    return check_of(decision, consequence_of(decision), now=now)


def _chosen(command: AnyAnswer) -> datetime | None:
    return command.at if isinstance(command, AcceptProposal) else None


def _booking(unit: Unit, case: InviteCase, command: AnyAnswer, *, now: datetime) -> BookingCase | None:
    return booking_of(unit, case, now=now) if isinstance(command, AcceptProposal) else None


def _decide(
    case: InviteCase, booking: BookingCase | None, command: AnyAnswer, kind: ActorKind, *, now: datetime
) -> Decision:
    reply = Reply(actor=kind, now=now, to=_chosen(command), note=command.note)
    match command:
        case AcceptProposal():
            return _decide_taking(case, booking, reply)
        case DeclineProposal():
            return decide_refusal(case.policy, case.starts_at, case.proposal, reply)
        case WithdrawProposal():
            return decide_taking_back(case.policy, case.starts_at, case.proposal, reply)


def _decide_taking(case: InviteCase, booking: BookingCase | None, reply: Reply) -> Decision:
    """As the rules say; an invite between people who have nothing together any more cannot be accepted."""
    if booking is None:
        declined = decide_refusal(case.policy, case.starts_at, case.proposal, reply)
        return declined.refused(RefusalCode.WRONG_STATE, parameter="MODEL 5.7") if declined.allowed else declined
    facts = replace(booking.facts, actor=ActorKind.COACH) if reply.actor is ActorKind.COACH else booking.facts
    fee = Money(minor_units=booking.row.fee_minor_units, currency=booking.row.fee_currency)
    return decide_taking(booking.policy, facts, case.proposal, reply, fee)


def take(unit: Unit, request: Request, row: Row[Any], command: AnyAnswer, kind: ActorKind) -> Outcome:
    """The answer to an invite has its effect; the locks of both people are held."""
    case = invite_cases(unit, {row.id: row}, _chosen(command))[row.id]
    booking = _booking(unit, case, command, now=request.now)
    decision = _decide(case, booking, command, kind, now=request.now)
    consequence = consequence_of(decision)
    check = check_of(decision, consequence, now=request.now)
    if not decision.allowed or decision.code is not None:
        return refusal_of(check, decision)
    if decision.needs_acknowledgement and command.acknowledge != consequence.digest:
        return unacknowledged(check, command)
    change = Change(
        subject=_subject(unit, request, case, booking, decision),
        decision=decision,
        actor=request.actor,
        actor_kind=kind,
        now=request.now,
        policy=None if booking is None else booking.policy,
        note=command.note,
        request=request.idempotency_key,
    )
    return Done(object_id=row.id, event_id=apply_change(unit, change), consequence=consequence)


def _subject(
    unit: Unit, request: Request, case: InviteCase, booking: BookingCase | None, decision: Decision
) -> Subject:
    """The session that is booked by it, or the one that is not."""
    if booking is None or not any(isinstance(effect, Book) for effect in decision.effects):
        return case.subject
    return replace(insert_session(unit, wish_of(case), booking, decision, now=request.now), proposal_id=case.row.id)


def times_to_take(unit: Unit, row: Row[Any], *, now: datetime) -> tuple[Interval, ...]:
    """The times of an invite that can still be chosen, in order; none once it has ended."""
    case = invite_cases(unit, {row.id: row}, None)[row.id]
    booking = booking_of(unit, case, now=now) if row.status == ProposalStatus.PENDING else None
    if booking is None:
        return ()
    start, end = _reach(case.proposal)
    near = look_around(unit, booking.pair, start=start, end=end, now=now, asked=row.id)
    facts = replace(booking.facts, availability=near.availability)
    length = booking.policy.kind.duration
    found = starts_to_take(booking.policy, facts, case.proposal, now=now)
    return tuple(Interval(start=at, end=at + length) for at in found)


def _reach(proposal: Proposal) -> tuple[datetime, datetime]:
    """From the first to the last instant that the proposal speaks of."""
    spans = (*proposal.slots, *proposal.ranges)
    if proposal.starts_at is not None and proposal.ends_at is not None:
        spans = (*spans, Interval(start=proposal.starts_at, end=proposal.ends_at))
    return min(one.start for one in spans), max(one.end for one in spans)
