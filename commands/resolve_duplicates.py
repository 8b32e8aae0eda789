"""Nobody has said in time which of several bookings to keep: the rule does (M13, D-13, D-14)."""

from datetime import datetime

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.facts.sessions import session_cases
from models.queries.due_work import Timer
from models.queries.duplicates import duplicate_case
from models.unit import Unit
from policy.keeping import decide_unanswered
from policy.matters import QuestionStatus
from policy.terms import ActorKind


def resolve_unanswered(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """One booking is kept as of the deadline, the others are cancelled; nothing happens if it was answered or asked anew."""
    case = duplicate_case(unit, timer.object_id)
    if case.status != QuestionStatus.OPEN or timer.cause_key != f"duplicate-reply:{timer.object_id}:{case.asked}":
        return
    cases = session_cases(unit, case.sessions, now=timer.effective_at)
    # The question follows the policy of the booking that raised it last.
    asking = max(cases.values(), key=lambda one: (one.facts.booked_at, one.facts.id)).policy
    sessions = [one.facts for one in cases.values()]
    kept, decision = decide_unanswered(asking, sessions, now=timer.effective_at)
    change = Change(
        subject=cases[kept.id].subject,
        decision=decision,
        actor=system(unit.organisation_id),
        actor_kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        policy=cases[kept.id].policy,
        timer=timer.cause_key,
        recorded_at=now,
    )
    apply_change(unit, change)
