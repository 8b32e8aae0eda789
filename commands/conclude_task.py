"""concludeTask: the team has done what it was asked, and says how it ended (MODEL 13)."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, text

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.outcome import Done, Outcome, Refused, Stale, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.queries.tasks import tasks_of_ids
from models.unit import Database, Unit
from policy.matters import TaskStatus
from policy.tasks import TEMPLATES
from policy.terms import ActorKind, RefusalCode, Role

CONCLUDE = text("""
UPDATE task SET status = 'DONE', conclusion = :conclusion, note = :note, concluded_at = :now, concluded_by_id = :by, version = version + 1
WHERE organisation_id = :organisation AND id = :task
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcludeTask:
    """How a task ended: one of its template's conclusions. `if_version`: the version that the caller has read."""

    task_id: int
    conclusion: str
    if_version: int
    note: str | None = None


def conclude_task(database: Database, request: Request, command: ConcludeTask) -> Outcome:
    """The task is done with this conclusion; it changes nothing else."""
    if not request.actor.is_staff:
        return refused(RefusalCode.FORBIDDEN)
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        task = tasks_of_ids(unit, [command.task_id]).get(command.task_id)
    if task is None or not _sees(request.actor, task):
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({task.raised_by_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def fault_of_concluding(actor: Actor, task: Row[Any], conclusion: str) -> Refused | None:
    """Why this task may not be concluded like that, or None."""
    if not actor.is_staff:
        return refused(RefusalCode.FORBIDDEN)
    if not _sees(actor, task):
        return refused(RefusalCode.NOT_FOUND)
    if task.status is not TaskStatus.OPEN:
        return refused(RefusalCode.WRONG_STATE)
    conclusions = TEMPLATES[task.template].conclusions
    if conclusion not in conclusions:
        return invalid(f"It is concluded as one of {', '.join(conclusions)}.", "conclusion")
    return None


def _sees(actor: Actor, task: Row[Any]) -> bool:
    return not task.restricted or Role.SENIOR_STAFF in actor.roles


def _act(unit: Unit, request: Request, command: ConcludeTask) -> Outcome:
    task = tasks_of_ids(unit, [command.task_id])[command.task_id]
    if task.version != command.if_version:
        return Stale(object_id=command.task_id)
    fault = fault_of_concluding(request.actor, task, command.conclusion)
    if fault is not None:
        return fault
    values = {
        "organisation": unit.organisation_id,
        "task": command.task_id,
        "conclusion": command.conclusion,
        "note": command.note,
        "now": request.now,
        "by": request.actor.person_id,
    }
    unit.connection.execute(CONCLUDE, values)
    record = Record(
        name="TASK_CONCLUDED",
        persons=frozenset({task.raised_by_id}),
        actor_kind=ActorKind.STAFF,
        actor_id=request.actor.person_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        effects=[{"task": task.template, "session": task.session_id, "conclusion": command.conclusion}],
        note=command.note,
        recorded_at=request.now,
        effective_at=request.now,
    )
    return Done(object_id=command.task_id, event_id=write_event(unit, record))
