"""A session that has reached its end awaits its outcome, and completes by itself when nobody states one (MODEL 5.1, D-30)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import text

from commands.actor import system
from commands.apply.change import Change, apply_change
from commands.apply.record import Record, write_events
from commands.apply.work import Work, schedule
from commands.facts.sessions import SessionCase, session_cases, sessions_alone
from models.queries.due_work import Timer
from models.unit import Unit
from policy.aftermath import completes_at, prompts_at
from policy.outcomes import decide_completion
from policy.terms import ActorKind, SessionStatus, WorkKind

END = text("""
UPDATE session SET status = 'AWAITING_OUTCOME', version = version + 1, changed_at = ended.at, completes_at = ended.completes_at
FROM unnest(CAST(:sessions AS bigint[]), CAST(:ends AS timestamptz[]), CAST(:completions AS timestamptz[]))
    AS ended (id, at, completes_at)
WHERE session.organisation_id = :organisation AND session.id = ended.id
""")


def end_session(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The session awaits its outcome; nothing happens if it was moved, cancelled or concluded before."""
    end_sessions(unit, [timer], now=now)


def end_sessions(unit: Unit, timers: Sequence[Timer], *, now: datetime) -> None:
    """The same for sessions that share nobody, in as many statements as for one."""
    cases = sessions_alone(unit, [timer.object_id for timer in timers])
    over = [(cases[timer.object_id], timer) for timer in timers if _is_over(cases[timer.object_id], timer)]
    if not over:
        return
    completions = [_completes_at(case) for case, _ in over]
    values = {
        "organisation": unit.organisation_id,
        "sessions": [timer.object_id for _, timer in over],
        "ends": [timer.effective_at for _, timer in over],
        "completions": completions,
    }
    unit.connection.execute(END, values)
    write_events(unit, [_record(case, timer, now=now) for case, timer in over])
    works = [_what_follows(*one, at) for one, at in zip(over, completions, strict=True)]
    schedule(unit, [work for each in works for work in each])


def _is_over(case: SessionCase, timer: Timer) -> bool:
    session = case.facts
    stands = session.status is SessionStatus.SCHEDULED and not session.provisional
    return stands and session.ends_at == timer.effective_at


def _completes_at(case: SessionCase) -> datetime | None:
    """When it completes by itself; never while somebody has to answer a report or an offer."""
    kept_open = case.facts.open_case is not None or case.facts.offer is not None
    return None if kept_open else completes_at(case.policy, case.facts.ends_at)


def _what_follows(case: SessionCase, timer: Timer, completes: datetime | None) -> Iterator[Work]:
    yield from (replace(prompt, after=timer.id) for prompt in _prompts(case))
    if completes is not None:
        yield replace(completion_of(case, completes), after=timer.id)


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
