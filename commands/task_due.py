"""A task that nobody has concluded in time is escalated: senior staff are told (MODEL 8)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.record import Record, write_event
from commands.apply.tasks import Call, send_to_team, tell_team
from commands.apply.work import schedule
from commands.facts.sessions import session_cases
from commands.membership.tasks import facts_of_task
from models.queries.due_work import Timer
from models.queries.tasks import tasks_of_ids
from models.unit import Unit
from policy.matters import TaskStatus
from policy.tasks import TEMPLATES
from policy.terms import ActorKind, Role

ESCALATE = text("""
UPDATE task SET escalated_at = :at, version = version + 1 WHERE organisation_id = :organisation AND id = :task
""")


def escalate_task(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The task is late as of its due instant and senior staff know; nothing happens if it was concluded before."""
    task = tasks_of_ids(unit, [timer.object_id])[timer.object_id]
    if task.status is not TaskStatus.OPEN:
        return
    values = {"organisation": unit.organisation_id, "task": timer.object_id, "at": timer.effective_at}
    unit.connection.execute(ESCALATE, values)
    record = Record(
        name="TASK_ESCALATED",
        persons=timer.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=timer.cause_key,
        effects=[{"task": task.template, "session": task.session_id}],
        recorded_at=now,
        effective_at=timer.effective_at,
    )
    event = write_event(unit, record)
    if task.session_id is None:
        told = facts_of_task(unit, task, TEMPLATES[task.template])
        mails = send_to_team(unit, told, (Role.SENIOR_STAFF,), session_id=None, event_id=event, now=now)
        schedule(unit, mails)
        return
    case = session_cases(unit, [task.session_id], now=timer.effective_at)[task.session_id]
    senior = Call(
        template=TEMPLATES[task.template],
        by=ActorKind.SYSTEM,
        said=None,
        due=task.due_at,
        roles=(Role.SENIOR_STAFF,),
    )
    schedule(unit, tell_team(unit, case.subject, senior, event_id=event, now=now))
