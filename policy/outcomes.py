"""What became of a session that was not cancelled: held, or one side absent, or missed for a reason (MODEL 5.1, D-19, D-30)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from policy.aftermath import absence_from
from policy.change_table import row_for
from policy.decisions import Decision, Objection, first_objection
from policy.facts import Attempt, ChangeFacts, SessionFacts, Statement
from policy.resolved import ResolvedPolicy
from policy.rows import Row
from policy.stating import (
    HELD,
    concluded,
    deadline_of,
    facts_of,
    is_amendment,
    objections_to_amending,
    objections_to_reason,
    objections_to_speaking,
    refused,
)
from policy.terms import Action, ActorKind, RefusalCode, SessionStatus, Side


def decide_outcome(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Decision:
    """Whether this may be said of the session at `statement.now`, and what follows; of one that has an outcome it is an amendment."""
    row = _absence_row(policy, session, statement, facts)
    decision = _decision(policy, session, statement, row)
    objection = first_objection(_objections(policy, session, statement, decision))
    if objection is not None:
        return refused(decision, objection)
    return concluded(policy, session, statement, decision, lots=facts.lots)


def decide_completion(policy: ResolvedPolicy, session: SessionFacts, *, now: datetime) -> Decision:
    """Nobody has said anything until then: the session counts as held, and what is earned is payable at once (D-30)."""
    statement = Statement(actor=ActorKind.SYSTEM, now=now, held=True)
    decision = replace(_decision(policy, session, statement, None), parameter="outcome.auto_complete_after")
    return concluded(policy, session, statement, decision)


def _decision(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, row: Row | None) -> Decision:
    reason = statement.reason or (HELD if statement.held else None)
    return Decision(
        allowed=True,
        facts=facts_of(session, statement),
        action=None if row is None else Action.MISS,
        actor=statement.actor,
        row=None if row is None else row.id,
        answer=None if row is None else row.then,
        parameter=None if row is not None else "D-30",
        reason=reason if row is None else row.reason,
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=deadline_of(policy, session, statement),
    )


def _absence_row(policy: ResolvedPolicy, session: SessionFacts, statement: Statement, facts: ChangeFacts) -> Row | None:
    """The row that decides about the absence that is stated, by its name or by the reason that it gives."""
    sides = [statement.absent] if statement.absent is not None else [] if statement.held else [Side.MEMBER, Side.COACH]
    for side in sides:
        absent = ActorKind.MEMBER if side is Side.MEMBER else ActorKind.COACH
        row = row_for(
            policy, session, Attempt(action=Action.MISS, actor=absent, now=statement.now), facts, now=statement.now
        )
        if statement.absent is side or row.reason == statement.reason:
            return row
    return None


def _objections(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, decision: Decision
) -> Iterator[Objection | None]:
    yield from objections_to_speaking(policy, session, statement)
    yield from objections_to_reason(policy, statement, decision)
    if session.status is SessionStatus.CANCELLED:
        yield Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.1")
    if session.status is SessionStatus.SCHEDULED:
        yield _too_early(policy, session, statement, decision)
    if is_amendment(session):
        yield from objections_to_amending(policy, session, statement, decision)


def _too_early(
    policy: ResolvedPolicy, session: SessionFacts, statement: Statement, decision: Decision
) -> Objection | None:
    """Before its end only the member's absence is recorded, after the waiting time (D-19); everything else waits for the end."""
    absent = _absent_member(policy, decision)
    at = absence_from(policy, session.starts_at, Side.MEMBER) if absent else session.ends_at
    if statement.now >= at:
        return None
    parameter = "attendance.no_show_after" if absent else "MODEL 5.1"
    return Objection(code=RefusalCode.TOO_EARLY, parameter=parameter, possible_from=at)


def _absent_member(policy: ResolvedPolicy, decision: Decision) -> bool:
    return any(row.id == decision.row and row.action is Action.MISS and row.by is Side.MEMBER for row in policy.rows)
