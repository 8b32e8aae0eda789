"""Nobody has stated the reason of a cancellation in time: silence gives one (D-58)."""

from datetime import datetime

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.facts.sessions import session_cases
from models.queries.due_work import Timer
from models.unit import Unit
from policy.deciding import decide_silence
from policy.terms import ActorKind


def decide_by_silence(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The reason that silence gives stands as of the deadline; nothing happens if one was stated, or if silence gives none."""
    case = session_cases(unit, [timer.object_id], now=timer.effective_at)[timer.object_id]
    session = case.facts
    if not session.undecided or session.decide_by != timer.effective_at or session.on_silence is None:
        return
    apply_change(
        unit,
        Change(
            subject=case.subject,
            decision=decide_silence(case.policy, session, now=timer.effective_at),
            actor=system(unit.organisation_id),
            actor_kind=ActorKind.SYSTEM,
            now=timer.effective_at,
            policy=case.policy,
            timer=timer.cause_key,
            recorded_at=now,
        ),
    )
