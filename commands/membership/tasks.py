"""Work for the team that is about a member: opened with its message, and concluded by the command that does it (MODEL 13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, text

from commands.apply.tasks import OFFICE, due_after, overdue, send_to_team
from commands.apply.work import Work
from commands.membership.log import Doer
from commands.notices import NoticeFacts
from models.queries.people import person_of_id
from models.task import Task
from models.unit import Unit
from policy.matters import TaskStatus
from policy.tasks import TaskTemplate
from policy.terms import ActorKind

CONCLUDE = text("""
UPDATE task SET status = 'DONE', conclusion = :conclusion, concluded_at = :now, concluded_by_id = :by, version = version + 1
WHERE organisation_id = :organisation AND request_id = :request AND status = 'OPEN'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a task concerns, who raised it in which words, and the request behind it, if there is one."""

    member_id: int
    raised_by_id: int
    said: str
    coach_id: int | None = None
    request_id: int | None = None


def open_task(
    unit: Unit, template: TaskTemplate, about: About, doer: Doer, *, event_id: int, days: int | None
) -> list[Work]:
    """The team has the task and knows of it; returns the mails and its deadline. `days`: business days, else the template's."""
    due = due_after(unit, template.days if days is None else days, received=doer.now)
    values = {
        "organisation_id": unit.organisation_id,
        "template": template.code,
        "session_id": None,
        "raised_by_id": about.raised_by_id,
        "text": about.said,
        "status": TaskStatus.OPEN,
        "opened_at": doer.now,
        "due_at": due,
        "member_id": about.member_id,
        "coach_id": about.coach_id,
        "request_id": about.request_id,
        "urgent": template.urgent,
        "restricted": template.restricted,
    }
    task = unit.connection.execute(insert(Task).values(**values).returning(Task.id)).scalar_one()
    told = _facts(unit, template, about, by=doer.kind, due=due, now=doer.now)
    mails = send_to_team(unit, told, template.audience, session_id=None, event_id=event_id, now=doer.recorded_at)
    return [*mails, *overdue(task, about.raised_by_id, due)]


def conclude_tasks(unit: Unit, request_id: int, conclusion: str, doer: Doer) -> None:
    """The open task behind a request is done with this conclusion, by what was just done."""
    values = {
        "organisation": unit.organisation_id,
        "request": request_id,
        "conclusion": conclusion,
        "now": doer.now,
        "by": doer.actor.person_id,
    }
    unit.connection.execute(CONCLUDE, values)


def facts_of_task(unit: Unit, task: Row[Any], template: TaskTemplate) -> NoticeFacts:
    """What the team is told of a task that is late."""
    about = About(member_id=task.member_id, raised_by_id=task.raised_by_id, said="", coach_id=task.coach_id)
    return _facts(unit, template, about, by=ActorKind.SYSTEM, due=task.due_at, now=task.opened_at)


def _facts(
    unit: Unit, template: TaskTemplate, about: About, *, by: ActorKind, due: datetime | None, now: datetime
) -> NoticeFacts:
    return NoticeFacts(
        kind_code="",
        kind_name="",
        coach_name=_name(unit, about.coach_id),
        member_name=_name(unit, about.member_id),
        accounting_zone=unit.connection.execute(OFFICE, {"organisation": unit.organisation_id}).one().zone,
        starts_at=now,
        ends_at=now,
        sequence=0,
        by=str(by),
        note=about.said or None,
        for_team=True,
        task=template.title,
        answer_by=due,
    )


def _name(unit: Unit, person_id: int | None) -> str:
    person = None if person_id is None else person_of_id(unit, person_id)
    return "" if person is None else person.name
