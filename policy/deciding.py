"""A cancellation whose reason is stated afterwards: by whom, until when, what silence means, and how it is amended (D-15, D-58)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from policy.decisions import Decision, Objection, first_objection
from policy.effects import Cancel, Effect, Notify, NotifyStaff, Undecided
from policy.facts import Attempt, ChangeFacts, SessionFacts, Statement
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.settlement import settle_ended
from policy.stating import (
    concluded,
    deadline_of,
    facts_of,
    is_amendment,
    objections_to_amending,
    objections_to_reason,
    objections_to_speaking,
    refused,
)
from policy.terms import ActorKind, Fault, NoticeCode, RefusalCode, SessionStatus, Side


def cancelled_undecided(
    policy: ResolvedPolicy, session: SessionFacts, attempt: Attempt, row: Row, decision: Decision
) -> Decision:
    """The session is cancelled, its units stay held and the pay waits until the reason is stated; a claim is the acknowledgement."""
    costly = _silence_costs(policy, session, row, now=attempt.now)
    needed = costly and attempt.claim is None and policy.flag("change.late_ack_required")
    late = costly and attempt.override is None
    cancel = Cancel(
        reason=None,
        fault=Fault.NONE,
        disposition=None,
        late=late,
        by=attempt.actor,
        on_behalf_of=decision.on_behalf_of,
    )
    undecided = Undecided(
        decided_by=row.decided_by,
        decide_by=None if row.decide_within is None else attempt.now + row.decide_within,
        on_silence=row.on_silence,
        claim=attempt.claim,
    )
    effects: tuple[Effect, ...] = (cancel, undecided, *_notices(row))
    return replace(decision, late=late, costly=costly, needs_acknowledgement=needed, effects=effects)


def _silence_costs(policy: ResolvedPolicy, session: SessionFacts, row: Row, *, now: datetime) -> bool:
    """Whether silence costs somebody something, or may: nothing is said of it (D-58)."""
    if row.on_silence is None:
        return True
    return settle_ended(policy, session, policy.reasons[row.on_silence], now=now).costly


def _notices(row: Row) -> Iterator[Notify | NotifyStaff]:
    yield Notify(code=NoticeCode.CANCELLED, to=Side.MEMBER)
    yield Notify(code=NoticeCode.CANCELLED, to=Side.COACH)
    if row.decided_by is ActorKind.STAFF:
        yield NotifyStaff(code=NoticeCode.EMERGENCY_QUESTION)
    else:
        yield Notify(code=NoticeCode.EMERGENCY_QUESTION, to=Side.COACH)


def decide_reason(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Decision:
    """Whether this reason may be stated for a cancelled session: for the first time, or in place of a late one's."""
    decision = _decision(policy, session, statement)
    objection = first_objection(_objections(policy, session, statement, decision))
    if objection is not None:
        return refused(decision, objection)
    return concluded(policy, session, statement, decision, lots=facts.lots)


def decide_stated_reason(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts
) -> Decision:
    """The same by the coach or staff; while the member contests it, only the decision of that case states another one (MODEL 5.4)."""
    decision = decide_reason(policy, session, statement, facts)
    contested = Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.4")
    if session.open_case is None or (decision.code is not None and decision.code.rank < contested.code.rank):
        return decision
    return refused(decision, contested)


def decide_silence(policy: ResolvedPolicy, session: SessionFacts, *, now: datetime) -> Decision:
    """Nobody has stated the reason until then: the one that silence gives (D-58)."""
    statement = Statement(actor=ActorKind.SYSTEM, now=now, reason=session.on_silence)
    return concluded(policy, session, statement, _decision(policy, session, statement))


def _decision(policy: ResolvedPolicy, session: SessionFacts, statement: Statement) -> Decision:
    return Decision(
        allowed=True,
        facts=facts_of(session, statement),
        actor=statement.actor,
        parameter="D-58" if session.undecided else "D-30",
        reason=statement.reason,
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=deadline_of(policy, session, statement),
    )


def _objections(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, decision: Decision
) -> Iterator[Objection | None]:
    yield from objections_to_speaking(policy, session, statement)
    yield from objections_to_reason(policy, statement, decision)
    if session.status is not SessionStatus.CANCELLED or not (session.undecided or session.late):
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")
    elif is_amendment(session):
        yield from objections_to_amending(policy, session, statement, decision)
    elif statement.actor is ActorKind.COACH:
        yield from _objections_to_deciding(session, statement)


def _objections_to_deciding(session: SessionFacts, statement: Statement) -> Iterator[Objection]:
    """The coach decides where the row says so and while there is time; staff decide in any case."""
    if session.decided_by is not ActorKind.COACH:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="D-58")
    if session.decide_by is not None and statement.now > session.decide_by:
        yield Objection(code=RefusalCode.DEADLINE_PASSED, parameter="D-58")
