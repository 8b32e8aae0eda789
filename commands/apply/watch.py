"""What a tally brings before the team: a task for each step that an event takes it to (O15, O20, D-17, D-59)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.apply.subject import Subject
from commands.apply.tasks import Call, due_after, overdue, tell_team
from commands.apply.work import Work
from commands.facts.sessions import record_about, session_cases
from models.task import Task
from models.unit import Unit
from policy.counting import Present, Recorded
from policy.effects import Cancel, Conclude, Effect
from policy.matters import TaskStatus
from policy.resolved import ResolvedPolicy
from policy.tasks import WATCH
from policy.terms import ActorKind, SessionStatus
from policy.watching import Reached, reached, watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What became of a session, with the event that says so; `noticed_at` is later than `now` only for a deadline noticed late."""

    subject: Subject
    policy: ResolvedPolicy
    effects: tuple[Effect, ...]
    reason: str | None
    event_id: int
    now: datetime
    noticed_at: datetime


def watch(unit: Unit, happened: Happened) -> list[Work]:
    """The team has a task and a message for each step that is reached; returns the mails and deadlines.

    A session that was stated before for the same reason is no new event.
    """
    ended = any(isinstance(effect, Cancel | Conclude) for effect in happened.effects)
    if not ended or not watched(happened.policy, happened.reason):
        return []
    works: list[Work] = []
    for one in _reached(unit, happened):
        works += _open(unit, happened, one)
    return works


def _reached(unit: Unit, happened: Happened) -> list[Reached]:
    subject = happened.subject
    case = session_cases(unit, [subject.session_id], now=happened.now)[subject.session_id]
    record = record_about(unit, members=[subject.member_id], coaches=[subject.coach_id])
    ends = [one for one in record if one.session_id == subject.session_id and one.status is not SessionStatus.SCHEDULED]
    # The session has its new state by now: what it was before the event counts no more, and the event is counted apart.
    others = [one for one in record if one not in ends]
    event = next((one for one in ends if one.reason == happened.reason), None)
    return [] if event is None else list(reached(happened.policy, case.zones, others, event, _present(event)))


def _present(event: Recorded) -> Present:
    return Present(
        session_id=event.session_id,
        member_id=event.member_id,
        coach_id=event.coach_id,
        at=event.at,
        lots=event.lots,
    )


def _open(unit: Unit, happened: Happened, one: Reached) -> list[Work]:
    subject = happened.subject
    days = None if WATCH.sla is None else happened.policy.optional_integer(WATCH.sla)
    due = due_after(unit, days, received=happened.now)
    values = {
        "organisation_id": unit.organisation_id,
        "template": WATCH.code,
        "session_id": subject.session_id,
        "raised_by_id": subject.coach_id,
        "text": one.words,
        "status": TaskStatus.OPEN,
        "opened_at": happened.now,
        "due_at": due,
    }
    task = unit.connection.execute(insert(Task).values(**values).returning(Task.id)).scalar_one()
    call = Call(template=WATCH, by=ActorKind.SYSTEM, said=one.words, due=due, roles=WATCH.audience)
    mails = tell_team(unit, subject, call, event_id=happened.event_id, now=happened.noticed_at)
    return [*mails, *overdue(task, subject.coach_id, due)]
