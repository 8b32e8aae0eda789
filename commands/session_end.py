"""A session that has reached its end awaits its outcome, and completes by itself when nobody states one (MODEL 5.1, D-30)."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import text

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.apply.record import Record, write_event
from commands.apply.work import Work, schedule
from commands.facts.sessions import SessionCase, session_cases
from models.queries.due_work import Timer
from models.unit import Unit
from policy.aftermath import completes_at, prompts_at
from policy.outcomes import decide_completion
from policy.terms import ActorKind, SessionStatus, WorkKind

END = text("""
UPDATE session SET status = 'AWAITING_OUTCOME', version = version + 1, changed_at = :at, completes_at = :completes_at
WHERE organisation_id = :organisation AND id = :session
""")


def end_session(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The session awaits its outcome; nothing happens if it was moved, cancelled or concluded before."""
    case = session_cases(unit, [timer.object_id], now=timer.effective_at)[timer.object_id]
    session = case.facts
    stands = session.status is SessionStatus.SCHEDULED and not session.provisional
    if not (stands and session.ends_at == timer.effective_at):
        return
    kept_open = session.open_case is not None or session.offer is not None
    completes = None if kept_open else completes_at(case.policy, session.ends_at)
    values = {
        "organisation": unit.organisation_id,
        "session": timer.object_id,
        "at": timer.effective_at,
        "completes_at": completes,
    }
    unit.connection.execute(END, values)
    write_event(unit, _record(case, timer, now=now))
    schedule(unit, [*_prompts(case), *([] if completes is None else [completion_of(case, completes)])])


def _record(case: SessionCase, timer: Timer, *, now: datetime) -> Record:
    return Record(
        name="SESSION_ENDED",
        persons=timer.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=timer.cause_key,
        session_id=timer.object_id,
        resolved_policy_id=case.subject.resolved_policy_id,
        recorded_at=now,
        effective_at=timer.effective_at,
    )


def _prompts(case: SessionCase) -> Iterator[Work]:
    """The coach is asked for the outcome, and asked again; an answer stops it."""
    for at in prompts_at(case.policy, case.facts.ends_at):
        yield Work(
            kind=WorkKind.OUTCOME_PROMPT,
            cause_key=f"outcome-prompt:{case.subject.session_id}:{at.isoformat()}",
            persons=case.persons,
            object_id=case.subject.session_id,
            fires_at=at,
        )


def completion_of(case: SessionCase, at: datetime) -> Work:
    """The timer after which the session completes by itself; without effect once its `completes_at` is another instant."""
    return Work(
        kind=WorkKind.AUTO_COMPLETE,
        cause_key=f"auto-complete:{case.subject.session_id}:{at.isoformat()}",
        persons=case.persons,
        object_id=case.subject.session_id,
        fires_at=at,
        strict=True,
    )


def complete_session(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The session is completed as of the end of the time that everybody had; nothing happens if something was said of it."""
    case = session_cases(unit, [timer.object_id], now=timer.effective_at)[timer.object_id]
    session = case.facts
    if session.status is not SessionStatus.AWAITING_OUTCOME or session.completes_at != timer.effective_at:
        return
    decision = decide_completion(case.policy, session, now=timer.effective_at)
    apply_change(
        unit,
        Change(
            subject=case.subject,
            decision=decision,
            actor=system(unit.organisation_id),
            actor_kind=ActorKind.SYSTEM,
            now=timer.effective_at,
            policy=case.policy,
            timer=timer.cause_key,
            recorded_at=now,
        ),
    )
