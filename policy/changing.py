"""A session is cancelled, moved or confirmed: the row that decides, and what follows (M4, M7, M8, D-36, D-37, D-43, D-55)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from policy.asking import answers_of, asked
from policy.booking import ALTERNATIVES, AROUND, nearest, objection_to_credit, objection_to_note
from policy.change_table import anchor_of, fixed_row, limits_of, row_for, timeline_of
from policy.deciding import cancelled_undecided
from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.duplicates import credits_of_moving, left_behind, moved_among, without_loss
from policy.effects import Cancel, ConfirmTime, Credit, Effect, EndProposal, Move, Notify
from policy.entitlement import disposition_of, next_after, then_after
from policy.facts import Attempt, ChangeFacts, SessionFacts
from policy.limits import TICK
from policy.openings import objection_to_start, objection_to_time, starts_to_move_to
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.rows import UNCONFIRMED_MOVE, Row
from policy.settlement import (
    Settlement,
    contestable_until,
    notices_of_cancelling,
    notices_of_fees,
    notices_of_return,
    settle_ended,
    settle_moved,
)
from policy.terms import (
    Action,
    ActorKind,
    Answer,
    NoticeCode,
    ProposalStatus,
    RefusalCode,
    SessionStatus,
    Side,
    Use,
)


def decide_cancel(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts) -> Decision:
    """Whether the session may be given up at `attempt.now`, at which cost, by the first row that matches."""
    return _decide(policy, session, attempt, facts)


def decide_reschedule(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts) -> Decision:
    """Whether the session may be moved to `attempt.to`, or is lost by asking too late.

    Without `to` the answer is about the right to move at all, as if to the nearest time, and no time is looked at.
    """
    return _decide(policy, session, attempt, facts)


def decide_confirm(policy: ResolvedPolicy, session: SessionFacts, *, actor: ActorKind, now: datetime) -> Decision:
    """Whether the member may agree to the time that the other side moved the session to (D-36)."""
    decision = Decision(
        allowed=True,
        facts=_facts(policy, session, now=now),
        actor=actor,
        parameter="D-36",
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=session.starts_at - TICK,
        effects=(ConfirmTime(starts_at=session.starts_at),),
    )
    objection = first_objection(_objections_to_confirming(session, actor, now=now))
    return decision if objection is None else decision.refused(objection.code, parameter=objection.parameter)


def _objections_to_confirming(session: SessionFacts, actor: ActorKind, *, now: datetime) -> Iterator[Objection | None]:
    if actor is not ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    yield _objection_to_state(session)
    if session.status is SessionStatus.SCHEDULED and not session.moved_by_other_unconfirmed:
        yield Objection(code=RefusalCode.NOT_PENDING, parameter="D-36")
    if now >= session.starts_at:
        yield Objection(code=RefusalCode.SESSION_STARTED, parameter="D-05")


def _objection_to_state(session: SessionFacts) -> Objection | None:
    if session.status is SessionStatus.SCHEDULED:
        return None
    return Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")


def _decide(policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts) -> Decision:
    decision = Decision(
        allowed=True,
        facts=_facts(policy, session, attempt, facts, now=attempt.now),
        action=attempt.action,
        actor=attempt.actor,
        on_behalf_of=_on_behalf_of(attempt),
        policy=policy.name,
        policy_version=policy.version,
    )
    objection = first_objection(_objections_to_asking(policy, session, attempt))
    if objection is not None:
        return decision.refused(objection.code, parameter=objection.parameter)
    if attempt.by is None or attempt.override is not None:
        return _outside_the_table(policy, session, attempt, facts, decision)
    return _by_the_table(policy, session, attempt, facts, decision)


def _facts(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt | None = None,
    facts: ChangeFacts | None = None,
    *,
    now: datetime,
) -> DecisionFacts:
    """What the decision saw (MODEL 14)."""
    start = anchor_of(policy, session)
    seen = DecisionFacts(
        now=now, start=start, notice=start - now, booked_at=session.booked_at, moves=tuple(session.moves)
    )
    if attempt is None or facts is None:
        return seen
    return replace(
        seen,
        limits=limits_of(policy, session, attempt, facts, now=now),
        to=attempt.to,
        claim=attempt.claim,
        tallies=dict(facts.tallies),
    )


def _on_behalf_of(attempt: Attempt) -> Side | None:
    """The member, where somebody else states their change (D-37)."""
    return Side.MEMBER if attempt.by is Side.MEMBER and attempt.actor is not ActorKind.MEMBER else None


def _objections_to_asking(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt
) -> Iterator[Objection | None]:
    """Why the table is not even asked."""
    yield objection_to_note(attempt.actor, attempt.note)
    yield _objection_to_state(session)
    if attempt.override is None:
        return
    if attempt.actor is not ActorKind.STAFF:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    terms = policy.reasons.get(attempt.override)
    use = Use.MOVED if attempt.action is Action.MOVE else Use.ENDED
    if terms is None or terms.use is not use or ActorKind.STAFF not in terms.stated_by:
        yield Objection(code=RefusalCode.REASON_NOT_ALLOWED, parameter="D-55")


def _outside_the_table(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, decision: Decision
) -> Decision:
    """Staff act for the platform, or by the terms of the reason that they name; only the start binds them too (D-55)."""
    own = "PLATFORM_CANCELLED" if attempt.action is Action.CANCEL else "COACH_MOVED"
    decision = replace(decision, reason=attempt.override or own, parameter="D-55", deadline_at=session.starts_at - TICK)
    row = fixed_row(session, replace(attempt, on_behalf_of_member=False), now=attempt.now)
    if row is not None:
        return replace(decision, row=row.id, answer=row.then).refused(row.code, parameter=row.rule)
    return _carried_out(policy, session, attempt, facts, decision, returned=attempt.by is not Side.MEMBER)


def _by_the_table(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, decision: Decision
) -> Decision:
    asked = replace(attempt, to=session.starts_at) if attempt.to is None else attempt
    row = row_for(policy, session, asked, facts, now=attempt.now)
    timeline = timeline_of(policy, session, asked, facts, now=attempt.now)
    decision = replace(
        decision,
        row=row.id,
        answer=row.then,
        reason=row.reason,
        timeline=timeline,
        deadline_at=timeline[0].until_at,
    )
    match row.then:
        case Answer.REFUSE:
            return decision.refused(row.code)
        case Answer.DECIDE:
            return cancelled_undecided(policy, session, attempt, row, decision)
        case Answer.ASK | Answer.OFFER:
            return _asked(policy, session, attempt, facts, row, decision)
        case Answer.CANCEL:
            return _not_moved_but_cancelled(policy, session, attempt, facts, decision)
        case Answer.DO:
            returned = attempt.by is not Side.MEMBER or row.id == UNCONFIRMED_MOVE
            return _carried_out(policy, session, attempt, facts, decision, returned=returned)


def _asked(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    row: Row,
    decision: Decision,
) -> Decision:
    """The other side is asked, if what is named is possible now; who would ask themselves agrees by acting."""
    by = ActorKind.MEMBER if attempt.by is Side.MEMBER else ActorKind.COACH
    returned = attempt.by is not Side.MEMBER
    if attempt.actor is answers_of(row, by):
        return _carried_out(policy, session, attempt, facts, decision, returned=returned)
    if attempt.to is not None:
        objection = first_objection(
            _objections_to_moving(policy, session, attempt, facts, attempt.to, returned=returned)
        )
        if objection is not None:
            refused = decision.refused(objection.code, parameter=objection.parameter)
            return replace(refused, alternatives=_alternatives(policy, session, attempt, facts, objection))
    return asked(policy, session, attempt, row, replace(decision, terms=policy.reasons[row.reason or ""]))


def carried_out_as_agreed(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, decision: Decision
) -> Decision:
    """What one side has asked for and the other agreed to: by the reason of the row that was chosen when it was asked (D-58)."""
    terms = policy.reasons[decision.reason or ""]
    decision = replace(decision, terms=terms)
    if attempt.action is Action.CANCEL:
        return _cancelled(policy, session, attempt, facts, decision)
    returned = attempt.by is not Side.MEMBER
    return _moved(policy, session, attempt, facts, decision, returned=returned, agreed=True)


def _withdrawn(session: SessionFacts) -> tuple[EndProposal, ...]:
    """What was proposed about a session falls with its cancellation or its move (D-54)."""
    return tuple(EndProposal(proposal=one, status=ProposalStatus.WITHDRAWN) for one in session.proposals)


def _carried_out(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    decision: Decision,
    *,
    returned: bool,
) -> Decision:
    terms = policy.reasons[decision.reason or ""]
    if attempt.action is Action.CANCEL:
        return _cancelled(policy, session, attempt, facts, replace(decision, terms=terms))
    return _moved(policy, session, attempt, facts, replace(decision, terms=terms), returned=returned)


def _not_moved_but_cancelled(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, decision: Decision
) -> Decision:
    """The wish to move comes too late: the session is cancelled (M7). To wish for the time that it has is no wish to move."""
    if attempt.to == session.starts_at:
        return decision.refused(RefusalCode.SLOT_UNAVAILABLE, parameter="openings")
    decision = replace(decision, terms=policy.reasons[decision.reason or ""])
    return _cancelled(policy, session, attempt, facts, decision)


def _cancelled(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, decision: Decision
) -> Decision:
    terms = decision.terms or Terms(use=Use.ENDED)
    terms = terms if session.question is None else without_loss(terms)
    own, also = left_behind(policy, session, facts.rivals, actor=attempt.actor, now=attempt.now)
    contestable = _contestable_until(policy, attempt)
    settlement = settle_ended(policy, session, terms, now=attempt.now, payable_at=contestable)
    late = terms.late and attempt.override is None
    cancel = Cancel(
        reason=decision.reason or "",
        fault=terms.fault,
        disposition=disposition_of(session, terms),
        late=late,
        by=attempt.actor,
        on_behalf_of=decision.on_behalf_of,
        contest_until=contestable if settlement.costs_member else None,
    )
    by_coach = attempt.actor is ActorKind.COACH and attempt.by is Side.COACH
    notices = notices_of_cancelling(session, terms, settlement, by_coach=by_coach)
    effects = (cancel, *own, *_withdrawn(session), *settlement.effects, *notices)
    return replace(
        _priced(policy, replace(decision, terms=terms), settlement, late=late),
        effects=effects,
        also=also,
        next_bookable_from=next_after(facts.lots, effects, session.kind.units, now=attempt.now),
        then_bookable_from=then_after(facts.lots, effects, session.kind.units, now=attempt.now),
    )


def _contestable_until(policy: ResolvedPolicy, attempt: Attempt) -> datetime | None:
    """What somebody else states can be contested, and is payable afterwards; what the member's own change earns, at once (D-47)."""
    return None if attempt.actor is ActorKind.MEMBER else contestable_until(policy, now=attempt.now)


def _priced(policy: ResolvedPolicy, decision: Decision, settlement: Settlement, *, late: bool) -> Decision:
    needed = settlement.costly and policy.flag("change.late_ack_required")
    return replace(decision, late=late, costly=settlement.costly, needs_acknowledgement=needed)


def _moved(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    decision: Decision,
    *,
    returned: bool,
    agreed: bool = False,
) -> Decision:
    terms = decision.terms or Terms(use=Use.MOVED)
    settlement = settle_moved(policy, session, terms, now=attempt.now)
    late = terms.late and attempt.override is None
    decision = _priced(policy, decision, settlement, late=late)
    if attempt.to is None:
        return replace(decision, effects=(*settlement.effects, *_notices_of_moving(settlement, ())))
    objection = first_objection(
        _objections_to_moving(policy, session, attempt, facts, attempt.to, returned=returned, agreed=agreed)
    )
    if objection is not None:
        refused = decision.refused(objection.code, parameter=objection.parameter)
        return replace(refused, alternatives=_alternatives(policy, session, attempt, facts, objection))
    credits = _credits(policy, session, attempt, facts, attempt.to, returned=returned) or ()
    own, also = moved_among(policy, session, facts.rivals, attempt.to, actor=attempt.actor, now=attempt.now)
    move = Move(
        by=Side.MEMBER if attempt.by is Side.MEMBER else Side.COACH,
        starts_at_before=session.starts_at,
        starts_at=attempt.to,
        ends_at=attempt.to + session.kind.duration,
        reason=decision.reason or "",
        late=late,
        unconfirmed=attempt.by is not Side.MEMBER and not agreed,
        on_behalf_of=decision.on_behalf_of,
    )
    notices = _notices_of_moving(settlement, credits if returned else ())
    return replace(
        decision, effects=(move, *own, *_withdrawn(session), *credits, *settlement.effects, *notices), also=also
    )


def _credits(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    to: datetime,
    *,
    returned: bool,
) -> tuple[Credit, ...] | None:
    return credits_of_moving(policy, session, facts.rivals, facts.lots, to, returned=returned, now=attempt.now)


def _notices_of_moving(settlement: Settlement, returned: tuple[Effect, ...]) -> Iterator[Notify]:
    yield Notify(code=NoticeCode.RESCHEDULED, to=Side.MEMBER)
    yield Notify(code=NoticeCode.RESCHEDULED, to=Side.COACH)
    yield from notices_of_return(returned)
    yield from notices_of_fees(settlement)


def _objections_to_moving(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    to: datetime,
    *,
    returned: bool,
    agreed: bool = False,
) -> Iterator[Objection | None]:
    """Published hours bind the member, not the coach; a session of either and a missing credit bind everybody (D-43)."""
    yield _objection_to_place(policy, session, attempt, facts, to, agreed=agreed)
    if _credits(policy, session, attempt, facts, to, returned=returned) is None:
        yield objection_to_credit(policy, facts.zones, facts.others, to)


def _objection_to_place(
    policy: ResolvedPolicy,
    session: SessionFacts,
    attempt: Attempt,
    facts: ChangeFacts,
    to: datetime,
    *,
    agreed: bool,
) -> Objection | None:
    if to == session.starts_at or facts.availability is None:
        return Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter="openings")
    if attempt.actor is ActorKind.MEMBER and not agreed:
        return objection_to_start(policy, facts.zones, facts.availability, to, now=attempt.now)
    return objection_to_time(facts.availability, to, session.kind.duration, now=attempt.now)


def _alternatives(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, objection: Objection
) -> tuple[datetime, ...]:
    """The nearest starts to which the same request would be carried out."""
    if objection.code not in (RefusalCode.SLOT_TAKEN, RefusalCode.SLOT_UNAVAILABLE) or facts.availability is None:
        return ()
    to = attempt.to or session.starts_at
    offered = starts_to_move_to(
        policy, facts.zones, facts.availability, start=to - AROUND, end=to + AROUND, now=attempt.now
    )
    others = (at for at in nearest(offered, to) if at != session.starts_at)
    possible = (at for at in others if _may_go_to(policy, session, attempt, facts, at))
    return tuple(sorted(first(possible, ALTERNATIVES)))


def first(starts: Iterable[datetime], number: int) -> list[datetime]:
    """At most so many of them."""
    return [at for at, _ in zip(starts, range(number), strict=False)]


def _may_go_to(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, facts: ChangeFacts, at: datetime
) -> bool:
    return decide_reschedule(policy, session, replace(attempt, to=at), facts).allowed
