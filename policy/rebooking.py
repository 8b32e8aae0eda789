"""The coach lets the member choose another time: before the start the session moves, later a new one takes its place (T1–T4, D-32, D-46)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from policy.aftermath import too_late_to_answer
from policy.asking import notices_of_asking, superseded
from policy.booking import objection_to_credit, objection_to_note
from policy.changing import decide_reschedule
from policy.closing import RULE, closed, coachs_absence, said_by_rule, silent, with_terms
from policy.decisions import Decision, Objection, first_objection
from policy.effects import Book, ChangeCase, Effect, EndProposal, Notify, Propose, SetCompletion
from policy.entitlement import after, hold
from policy.facts import Attempt, Case, ChangeFacts, Lot, Proposal, SessionFacts, Statement
from policy.openings import objection_to_start, objection_to_time
from policy.proposals import Reply, objections_to_answer
from policy.resolved import ResolvedPolicy
from policy.stating import concluded, refused
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    CaseResult,
    CaseStatus,
    NoticeCode,
    ProposalKind,
    ProposalStatus,
    RefusalCode,
    Rest,
    SessionStatus,
    Side,
)

OTHER = "OTHER"


def replaces(session: SessionFacts, proposal: Proposal, *, now: datetime) -> bool:
    """Whether accepting the offer makes a new session, because this one has started (D-46)."""
    return proposal.kind is ProposalKind.REBOOK_OFFER and now >= session.starts_at


def decide_offer(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Decision:
    """Whether the coach may offer another time for a session that has started: nothing said of it yet, or a report to answer.

    A newer offer takes the place of an older one, but for one that has answered a report.
    """
    decision = said_by_rule(
        policy, session, statement, parameter="T2", reason=_reason(policy, session, facts, statement)
    )
    decision = replace(decision, deadline_at=None if session.open_case is None else session.open_case.due_at)
    objection = first_objection(_objections_to_offering(policy, session, statement))
    if objection is not None:
        return refused(decision, objection)
    proposal = Proposal(
        kind=ProposalKind.REBOOK_OFFER,
        by=ActorKind.COACH,
        answers=ActorKind.MEMBER,
        action=Action.MOVE,
        reason=decision.reason or "",
        row=None,
        starts_at=None,
        ends_at=None,
        sent_at=statement.now,
        answer_until=statement.now + policy.duration("case.rebook_offer_within"),
        at_start=False,
    )
    effects = (Propose(proposal=proposal), *superseded(session, proposal), *_waiting(session))
    return replace(decision, effects=(*effects, *notices_of_asking(proposal)))


def decide_early_offer(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts
) -> Decision:
    """Whether the coach, or staff on their behalf, may offer another time before the start: where the table answers a move with an offer."""
    attempt = Attempt(action=Action.MOVE, actor=ActorKind.COACH, now=statement.now, note=statement.note)
    decision = replace(decide_reschedule(policy, session, attempt, facts), actor=statement.actor)
    objection = first_objection(_objections_to_early_offer(decision, statement))
    return decision if objection is None else decision.refused(objection.code, parameter=objection.parameter)


def _objections_to_early_offer(decision: Decision, statement: Statement) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor not in (ActorKind.COACH, ActorKind.STAFF):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if decision.code is not None:
        yield Objection(code=decision.code, parameter=decision.parameter or RULE)
    elif decision.answer is not Answer.OFFER:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="change.rules")


def _reason(policy: ResolvedPolicy, session: SessionFacts, facts: ChangeFacts, statement: Statement) -> str:
    """Why the old session was missed: through the coach if that was reported, else for no stated reason (MODEL 5.2)."""
    return OTHER if session.open_case is None else coachs_absence(policy, session, facts, statement)


def _objections_to_offering(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement
) -> Iterator[Objection | None]:
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor not in (ActorKind.COACH, ActorKind.STAFF):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if statement.actor is ActorKind.COACH and too_late_to_answer(policy, session):
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="case.resolve_within")
    case = session.open_case
    reported = case is not None and case.status is CaseStatus.OPEN
    by_itself = session.status is SessionStatus.COMPLETED and session.stated_by is ActorKind.SYSTEM
    over = session.status is SessionStatus.AWAITING_OUTCOME or by_itself
    if not (reported or (over and case is None)):
        yield Objection(code=RefusalCode.WRONG_STATE, parameter=RULE)


def _waiting(session: SessionFacts) -> Iterator[Effect]:
    """An open offer answers a report and stops the session from completing by itself (D-30, D-32)."""
    if session.open_case is not None:
        yield ChangeCase(case=replace(session.open_case, status=CaseStatus.ANSWERED, due_at=None))
    if session.status is SessionStatus.AWAITING_OUTCOME:
        yield SetCompletion(at=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebooking:
    """Two decisions of one cause: what becomes of the old session, and the new one; `whole` is both, to be shown."""

    whole: Decision
    old: Decision
    new: Decision


def decide_rebooking(
    policy: ResolvedPolicy,
    session: SessionFacts,
    proposal: Proposal,
    reply: Reply,
    facts: ChangeFacts,
    *,
    current: ResolvedPolicy | None = None,
) -> Rebooking:
    """Whether the member may take the chosen time instead: the old session is given back, whatever its reason, and pays for the new one.

    `current`: the policy of the new session, which is the version in force (D-41); None: the old session's.
    """
    current = current or policy
    statement = Statement(actor=ActorKind.SYSTEM, now=reply.now)
    old = _given_up(policy, session, proposal, facts, statement, reply)
    objection = first_objection(
        (*objections_to_answer(proposal, reply, may=proposal.answers), _objection_to_state(session))
    )
    if old.allowed and objection is None and reply.to is not None:
        objection = _objection_to_place(current, proposal, reply, facts, reply.to)
    if objection is not None:
        old = old.refused(objection.code, parameter=objection.parameter)
    if not old.allowed or reply.to is None:
        return Rebooking(whole=old, old=old, new=old)
    return with_new(current, session, old, reply, facts, after(_all_lots(session, facts.lots), old.effects))


def _given_up(
    policy: ResolvedPolicy,
    session: SessionFacts,
    proposal: Proposal,
    facts: ChangeFacts,
    statement: Statement,
    reply: Reply,
) -> Decision:
    reason = _reason(policy, session, facts, statement)
    terms = replace(policy.reasons[reason], rest=Rest.RETURNED)
    base = said_by_rule(policy, session, statement, parameter="D-52", reason=reason)
    decision = concluded(with_terms(policy, reason, terms), session, statement, base, lots=facts.lots)
    effects = (
        *silent(decision),
        EndProposal(proposal=proposal, status=ProposalStatus.ACCEPTED),
        *_rebooked(session.open_case, reason),
    )
    return replace(decision, actor=reply.actor, effects=effects if decision.allowed else ())


def _rebooked(case: Case | None, reason: str) -> Iterator[ChangeCase]:
    if case is not None:
        yield ChangeCase(case=closed(case, CaseResult.REBOOKED, reason=reason))


def _objection_to_state(session: SessionFacts) -> Objection | None:
    by_itself = session.status is SessionStatus.COMPLETED and session.stated_by is ActorKind.SYSTEM
    if by_itself or session.status in (SessionStatus.AWAITING_OUTCOME, SessionStatus.SCHEDULED):
        return None
    return Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")


def _objection_to_place(
    policy: ResolvedPolicy, proposal: Proposal, reply: Reply, facts: ChangeFacts, to: datetime
) -> Objection | None:
    """The member chooses among what the coach offers, or takes the time that the coach suggested."""
    if facts.availability is None:
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="openings")
    if to == proposal.starts_at:
        return objection_to_time(facts.availability, to, policy.kind.duration, now=reply.now)
    return objection_to_start(policy, facts.zones, facts.availability, to, now=reply.now)


def _all_lots(session: SessionFacts, lots: tuple[Lot, ...]) -> tuple[Lot, ...]:
    known = {lot.id: lot for lot in (*(held.lot for held in session.held), *lots)}
    return tuple(known.values())


def with_new(
    policy: ResolvedPolicy,
    session: SessionFacts,
    old: Decision,
    reply: Reply,
    facts: ChangeFacts,
    lots: tuple[Lot, ...],
) -> Rebooking:
    """The new session under `policy`, paid from `lots` as they are once the old one is given up; refused where none covers the chosen time."""
    to = reply.to or session.starts_at
    held = hold(lots, to, policy.kind.units)
    if held is None:
        objection = objection_to_credit(policy, facts.zones, facts.others, to)
        said = old.refused(objection.code, parameter=objection.parameter)
        return Rebooking(whole=said, old=said, new=said)
    effects: tuple[Effect, ...] = (
        Book(kind=policy.kind.code, starts_at=to, ends_at=to + policy.kind.duration),
        *held,
        Notify(code=NoticeCode.BOOKED, to=Side.MEMBER),
        Notify(code=NoticeCode.BOOKED, to=Side.COACH),
    )
    new = replace(
        old,
        reason=None,
        terms=None,
        late=False,
        costly=False,
        policy=policy.name,
        policy_version=policy.version,
        effects=effects,
    )
    return Rebooking(whole=replace(old, effects=(*old.effects, *effects)), old=old, new=new)
