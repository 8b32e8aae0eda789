"""A statement about a session, whatever it says: who may make it, for which reason, until when, and what it leads to (D-30)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from policy.aftermath import too_late_to_answer
from policy.amending import settle_amended
from policy.booking import objection_to_note
from policy.decisions import Decision, DecisionFacts, Objection
from policy.effects import Conclude
from policy.entitlement import disposition_of, next_after
from policy.facts import Lot, SessionFacts, Statement
from policy.reasons import Terms
from policy.resolved import ResolvedPolicy
from policy.settlement import contestable_until, held_against_member, notices_of_stating, settle_ended
from policy.terms import Action, ActorKind, CaseResult, Disposition, RefusalCode, SessionStatus, Use

OPEN = frozenset({SessionStatus.SCHEDULED, SessionStatus.AWAITING_OUTCOME})
HELD = "HELD"


def concluded(
    policy: ResolvedPolicy,
    session: SessionFacts,
    statement: Statement,
    decision: Decision,
    *,
    lots: Sequence[Lot] = (),
) -> Decision:
    """The decision with everything that its reason costs and whom it tells; refused where a returned unit is used by now."""
    terms = policy.reasons[decision.reason or ""]
    by_system_or_member = statement.actor in (ActorKind.SYSTEM, ActorKind.MEMBER)
    payable_at = None if by_system_or_member else contestable_until(policy, now=statement.now)
    amends = is_amendment(session)
    settle = settle_amended if amends else settle_ended
    settlement = settle(policy, session, terms, now=statement.now, payable_at=payable_at)
    if settlement is None:
        return refused(decision, Objection(code=RefusalCode.NO_CREDIT, parameter="D-30"))
    conclude = Conclude(
        status=_status(session, terms),
        reason=decision.reason or "",
        fault=terms.fault,
        disposition=disposition_of(session, terms),
        late=terms.late or (session.status is SessionStatus.CANCELLED and session.late),
        by=statement.actor,
        amends=amends,
        contest_until=payable_at if held_against_member(policy, decision.reason) and not _rejected(session) else None,
    )
    notices = notices_of_stating(
        session,
        terms,
        settlement,
        absence_before_end=decision.action is Action.MISS and statement.now < session.ends_at,
        by_coach=statement.actor is ActorKind.COACH,
    )
    effects = (conclude, *settlement.effects, *notices)
    return replace(
        decision,
        terms=terms,
        late=conclude.late,
        costly=settlement.costly,
        effects=effects,
        next_bookable_from=next_after(lots, effects, session.kind.units, now=statement.now),
    )


def _rejected(session: SessionFacts) -> bool:
    """Whether staff have decided against the member before, and so for good (D-33)."""
    return session.case is not None and session.case.result is CaseResult.REJECTED


def is_amendment(session: SessionFacts) -> bool:
    """Whether something has been stated already that a new statement would take the place of."""
    return session.status not in OPEN and not session.undecided


def _status(session: SessionFacts, terms: Terms) -> SessionStatus:
    if session.status is SessionStatus.CANCELLED:
        return SessionStatus.CANCELLED
    return SessionStatus.COMPLETED if terms.use is Use.HELD else SessionStatus.MISSED


def refused(decision: Decision, objection: Objection) -> Decision:
    """The decision refused for this objection, with the instant from which it would be possible."""
    said = decision.refused(objection.code, parameter=objection.parameter)
    return replace(said, possible_from=objection.possible_from)


def facts_of(session: SessionFacts, statement: Statement) -> DecisionFacts:
    """What a decision about a statement saw; the notice is negative, because the start is over."""
    return DecisionFacts(
        now=statement.now,
        start=session.starts_at,
        notice=session.starts_at - statement.now,
        booked_at=session.booked_at,
        moves=tuple(session.moves),
    )


def deadline_of(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> datetime | None:
    """The last instant at which who states it may; staff always may."""
    if statement.actor is ActorKind.STAFF:
        return None
    if not is_amendment(session):
        return session.decide_by if session.undecided else session.completes_at
    if session.recorded_at is None:
        return None
    return session.recorded_at + policy.duration("outcome.amend_within")


def objections_to_speaking(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement
) -> Iterator[Objection | None]:
    """Who may say anything: the coach and staff; the member that it was held, where the policy lets them (MODEL 10, D-64)."""
    yield objection_to_note(statement.actor, statement.note)
    if statement.actor is not ActorKind.MEMBER:
        return
    confirms = statement.held and statement.reason in (None, HELD) and session.status in OPEN
    if not (confirms and policy.flag("outcome.member_may_confirm")):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")


def objections_to_reason(
    policy: ResolvedPolicy, statement: Statement, decision: Decision
) -> Iterator[Objection | None]:
    """What did not occur needs a reason, one that stands where it is said, from who may state it (A2, MODEL 4)."""
    if decision.reason is None:
        yield Objection(code=RefusalCode.REASON_REQUIRED, parameter="MODEL 5.1")
        return
    terms = policy.reasons.get(decision.reason)
    wanted = Use.HELD if statement.held else Use.ENDED
    contradicts = statement.absent is not None and (statement.held or statement.reason not in (None, decision.reason))
    if terms is None or terms.use is not wanted or contradicts:
        yield Objection(code=RefusalCode.REASON_NOT_ALLOWED, parameter="MODEL 4")
    elif decision.action is not Action.MISS and statement.actor not in (*terms.stated_by, ActorKind.MEMBER):
        yield Objection(code=RefusalCode.REASON_NOT_ALLOWED, parameter=terms.rule or "MODEL 4")


def decided_by_staff(session: SessionFacts) -> bool:
    """Whether staff have decided a case about it, also by leaving what was recorded as it stood; silence alone is no decision."""
    case = session.case
    return case is not None and case.result in (CaseResult.UPHELD, CaseResult.REJECTED) and case.reason is not None


def objections_to_amending(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, decision: Decision
) -> Iterator[Objection | None]:
    """The coach amends for some days, staff always; not what was refunded or re-booked, or stands already (D-30, MODEL 5.1)."""
    final = session.disposition is Disposition.REFUNDED or session.settled.refunded or session.rebooked
    if final or session.reason == decision.reason:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="D-30")
    if statement.actor is not ActorKind.COACH:
        return
    confirmed = session.stated_by is ActorKind.MEMBER and session.status is not SessionStatus.CANCELLED
    if confirmed or session.stated_by is ActorKind.STAFF or decided_by_staff(session):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 5.1")
    deadline = deadline_of(policy, session, statement)
    if too_late_to_answer(policy, session):
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="case.resolve_within")
    if deadline is not None and statement.now > deadline:
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="outcome.amend_within")
