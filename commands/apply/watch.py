"""What tallies lead to when an event takes them to a step: a task, a warning, a stop (O15, O20, D-17, D-59)."""

from sqlalchemy import insert, text

from commands.apply.happened import Happened
from commands.apply.sanctions import carry_out_step, lift_sanctions
from commands.apply.tasks import Call, due_after, overdue, tell_team
from commands.apply.work import Work
from commands.facts.sessions import record_about, session_cases
from models.task import Task
from models.unit import Unit
from policy.counting import Present, Recorded
from policy.effects import Cancel, Conclude
from policy.facts import Zones
from policy.matters import TaskStatus
from policy.tasks import WATCH
from policy.terms import ActorKind, Sanction, SessionStatus
from policy.watching import Reached, reached, watched

WAITING = text("""
SELECT EXISTS (SELECT FROM task WHERE organisation_id = :organisation AND session_id = :session AND template = :template
AND status = 'OPEN' AND split_part(text, ':', 1) = :tally)
""")


def watch(unit: Unit, happened: Happened) -> list[Work]:
    """What each step that is reached leads to stands, and what an event that was taken back had led to is lifted; returns the work.

    A session that was stated before for the same reason is no new event.
    """
    if not any(isinstance(effect, Cancel | Conclude) for effect in happened.effects):
        return []
    works = lift_sanctions(unit, happened) if any(_amends(effect) for effect in happened.effects) else []
    if not watched(happened.policy, happened.reason):
        return works
    zones = session_cases(unit, [happened.subject.session_id], now=happened.now)[happened.subject.session_id].zones
    for one in _reached(unit, happened, zones):
        if Sanction.TASK in one.step.then and not _waits(unit, happened, one):
            works += _open(unit, happened, one)
        works += carry_out_step(unit, happened, one, zones)
    return works


def _amends(effect: object) -> bool:
    return isinstance(effect, Conclude) and effect.amends


def _reached(unit: Unit, happened: Happened, zones: Zones) -> list[Reached]:
    subject = happened.subject
    record = record_about(unit, members=[subject.member_id], coaches=[subject.coach_id])
    ends = [one for one in record if one.session_id == subject.session_id and one.status is not SessionStatus.SCHEDULED]
    # The session has its new state by now: what it was before the event counts no more, and the event is counted apart.
    others = [one for one in record if one not in ends]
    event = next((one for one in ends if one.reason == happened.reason), None)
    return [] if event is None else list(reached(happened.policy, zones, others, event, _present(event)))


def _present(event: Recorded) -> Present:
    return Present(
        session_id=event.session_id,
        member_id=event.member_id,
        coach_id=event.coach_id,
        at=event.at,
        lots=event.lots,
    )


def _waits(unit: Unit, happened: Happened, one: Reached) -> bool:
    """Whether the team has not concluded yet what this tally led to for this session: one task per occasion (D-17)."""
    values = {
        "organisation": unit.organisation_id,
        "session": happened.subject.session_id,
        "template": WATCH.code,
        "tally": one.name,
    }
    return bool(unit.connection.execute(WAITING, values).scalar_one())


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
