"""What the team is to decide about a session is a task until it is decided: cases, requests, reasons (MODEL 5.4, 13, D-58)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.subject import Subject
from commands.apply.tasks import due_after, overdue
from commands.apply.work import Work
from models.task import Task
from models.unit import Unit
from policy.effects import ChangeCase, Conclude, Effect, EndProposal, NotifyStaff, Propose, Undecided
from policy.matters import TaskStatus
from policy.resolved import ResolvedPolicy
from policy.tasks import CASE, CHANGE_ASKED, REASON_ASKED, TaskTemplate
from policy.terms import ActorKind, CaseStatus, SessionStatus

OPEN = text("""
SELECT EXISTS (SELECT FROM task WHERE organisation_id = :organisation AND session_id = :session AND template = :template
    AND status = 'OPEN')
""")
CONCLUDE = text("""
UPDATE task SET status = 'DONE', conclusion = :conclusion, concluded_at = :now, concluded_by_id = :by, version = version + 1
WHERE organisation_id = :organisation AND session_id = :session AND template = :template AND status = 'OPEN'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffWork:
    """What was done to a session, by whom, with which words; `raised_by`: whose the question to the team is."""

    subject: Subject
    effects: tuple[Effect, ...]
    policy: ResolvedPolicy | None
    raised_by: int
    done_by: int | None
    said: str
    by: ActorKind
    now: datetime


def change_staff_work(unit: Unit, work: StaffWork) -> list[Work]:
    """What was decided is no task any more, and what the team is asked is one, once; returns the deadline of a new task.

    What concerns no session yet, such as an invite, is asked of nobody in the team.
    """
    if not work.subject.session_id:
        return []
    for template, conclusion in _decided(work):
        _conclude(unit, work, template, conclusion)
    asked = _asked(work.effects)
    return [] if asked is None else _open(unit, work, asked)


def _asked(effects: tuple[Effect, ...]) -> TaskTemplate | None:
    """What kind of work it is that the team is told of."""
    if not any(isinstance(effect, NotifyStaff) for effect in effects):
        return None
    for effect in effects:
        match effect:
            case ChangeCase():
                return CASE
            case Propose():
                return CHANGE_ASKED
            case Undecided():
                return REASON_ASKED
            case _:
                continue
    return None


def _decided(work: StaffWork) -> Iterator[tuple[TaskTemplate, str]]:
    for effect in work.effects:
        match effect:
            case ChangeCase() if effect.case.status is CaseStatus.CLOSED and effect.case.result is not None:
                yield CASE, effect.case.result
            case EndProposal() if effect.proposal.answers is ActorKind.STAFF:
                yield CHANGE_ASKED, effect.status
            case Conclude() if effect.status is SessionStatus.CANCELLED and not effect.amends:
                yield REASON_ASKED, "SILENCE" if work.by is ActorKind.SYSTEM else "STATED"
            case _:
                continue


def _conclude(unit: Unit, work: StaffWork, template: TaskTemplate, conclusion: str) -> None:
    values = {
        "organisation": unit.organisation_id,
        "session": work.subject.session_id,
        "template": template.code,
        "conclusion": conclusion,
        "now": work.now,
        "by": work.done_by,
    }
    unit.connection.execute(CONCLUDE, values)


def _open(unit: Unit, work: StaffWork, template: TaskTemplate) -> list[Work]:
    where = {"organisation": unit.organisation_id, "session": work.subject.session_id, "template": template.code}
    if unit.connection.execute(OPEN, where).scalar_one():
        return []
    days = None if work.policy is None or template.sla is None else work.policy.optional_integer(template.sla)
    due = due_after(unit, template.days if days is None else days, received=work.now)
    values = {
        "organisation_id": unit.organisation_id,
        "template": template.code,
        "session_id": work.subject.session_id,
        "raised_by_id": work.raised_by,
        "text": work.said,
        "status": TaskStatus.OPEN,
        "opened_at": work.now,
        "due_at": due,
    }
    task = unit.connection.execute(insert(Task).values(**values).returning(Task.id)).scalar_one()
    return overdue(task, work.raised_by, due)
