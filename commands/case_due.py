"""A report that the coach has not answered, or questions that the member has not: what silence leads to (D-16, D-32)."""

from datetime import datetime

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.facts.sessions import SessionCase, session_cases
from models.queries.due_work import Timer
from models.unit import Unit
from policy.contests import decide_no_evidence
from policy.decisions import Decision
from policy.reports import decide_timeout
from policy.terms import ActorKind, CaseStatus


def case_is_due(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The case went on as of its deadline as the policy says; nothing happens if it was answered before."""
    case = session_cases(unit, [timer.object_id], now=timer.effective_at)[timer.object_id]
    about = case.facts.open_case
    if about is None or about.due_at != timer.effective_at:
        return
    apply_change(
        unit,
        Change(
            subject=case.subject,
            decision=_decide(case, timer.effective_at),
            actor=system(unit.organisation_id),
            actor_kind=ActorKind.SYSTEM,
            now=timer.effective_at,
            policy=case.policy,
            timer=timer.cause_key,
            recorded_at=now,
        ),
    )


def _decide(case: SessionCase, at: datetime) -> Decision:
    about = case.facts.open_case
    if about is None:
        raise ValueError("only an open case is due")
    if about.status is CaseStatus.INVESTIGATING:
        return decide_no_evidence(case.policy, case.facts, about, now=at)
    facts = case.change_facts(at=case.facts.starts_at)
    return decide_timeout(case.policy, case.facts, facts, about, now=at)
