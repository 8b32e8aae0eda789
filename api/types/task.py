"""Work for the team."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from sqlalchemy import Row

from api.connections import Connection, Place, connection
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.siblings import Siblings
from api.types.node import Node
from api.types.person import Person, person
from api.types.verb_check import VerbCheck, verb_check
from commands.conclude_task import fault_of_concluding
from commands.verb_check import verb_check as checked
from models.queries.tasks import tasks_of_ids
from policy.matters import TaskStatus
from policy.tasks import TEMPLATES
from policy.terms import Role

if TYPE_CHECKING:
    from api.types.session import Session

TASKS = Place(list="tasks", columns=("id",))


@output
class TaskVerb:
    """A conclusion that comes about by an ordinary mutation."""

    conclusion: str = strawberry.field(description="One of the task's conclusions.")
    mutation: str = strawberry.field(description="The mutation by its name, such as `answerRequest`.")


@output
class Task(Node):
    """Something that somebody asked of the team, about a session or about a member. Only staff see it; what is restricted, senior staff."""

    version: int = strawberry.field(description="Rises with every change: send it as `ifVersion`.")
    template: str = strawberry.field(description="What kind of work it is, such as SUPPORT.")
    title: str = strawberry.field(description="The same in words.")
    checklist: list[str] = strawberry.field(description="What there is to do.")
    conclusions: list[str] = strawberry.field(description="How it may be concluded.")
    verbs: list[TaskVerb] = strawberry.field(
        description="The mutations by which some of the conclusions come about; they conclude the task themselves."
    )
    urgent: bool = strawberry.field(description="Whether it goes before other work.")
    restricted: bool = strawberry.field(description="Whether only senior staff see it.")
    member: Person | None = strawberry.field(description="Whom it is about, where it is about no session.")
    coach: Person | None = strawberry.field(description="The coach whom it concerns; null where there is none.")
    request: strawberry.ID | None = strawberry.field(
        description="The id of the request behind it; null where there is none."
    )
    status: TaskStatus = strawberry.field(description="Whether it is still to be done.")
    raised_by: Person = strawberry.field(description="Who asked.")
    text: str = strawberry.field(description="What they wrote.")
    opened_at: datetime = strawberry.field(description="When it was asked.")
    due_at: datetime | None = strawberry.field(description="Until when it is done; null where the policy sets no time.")
    escalated_at: datetime | None = strawberry.field(description="Since when it is late and senior staff know.")
    conclusion: str | None = strawberry.field(description="How it ended; null as long as it is open.")
    concluded_at: datetime | None = strawberry.field(description="When it ended.")
    note: str | None = strawberry.field(description="What was said when it ended.")
    session_key: strawberry.Private[int | None]
    row: strawberry.Private[Row[Any]]
    siblings: strawberry.Private[Siblings]

    @strawberry.field
    def can_conclude(
        self,
        info: Info,
        conclusion: Annotated[str, strawberry.argument(description="One of its conclusions.")],
    ) -> VerbCheck:
        """Whether you may conclude it like that: the twin of `concludeTask`."""
        operation = info.context
        fault = fault_of_concluding(operation.actor, self.row, conclusion)
        return verb_check(checked(fault, now=operation.now))

    @strawberry.field
    def session(self, info: Info) -> Annotated["Session", strawberry.lazy("api.types.session")] | None:
        """The session that it is about; null where it is about a member."""
        from api.types.session import visible_sessions  # noqa: PLC0415  the two types know each other

        if self.session_key is None:
            return None
        return self.siblings.ask("sessions", lambda keys: visible_sessions(info.context, keys))[self.session_key]


def tasks(rows: Mapping[int, Row[Any]]) -> dict[int, Task]:
    """The tasks of these rows; their siblings are the sessions that they are about."""
    siblings = Siblings(sorted({row.session_id for row in rows.values() if row.session_id is not None}))
    return {key: _task(row, siblings) for key, row in rows.items()}


def _task(row: Row[Any], siblings: Siblings) -> Task:
    template = TEMPLATES[row.template]
    return Task(
        id=strawberry.ID(global_id("Task", row.id)),
        version=row.version,
        template=row.template,
        title=template.title,
        checklist=list(template.checklist),
        conclusions=list(template.conclusions),
        verbs=[TaskVerb(conclusion=one, mutation=verb) for one, verb in template.calls.items()],
        urgent=row.urgent,
        restricted=row.restricted,
        member=None if row.member_id is None else person(row.member_id, row.member_name, row.member_zone),
        coach=None if row.coach_id is None else person(row.coach_id, row.coach_name, row.coach_zone),
        request=None if row.request_id is None else strawberry.ID(global_id("MembershipRequest", row.request_id)),
        status=row.status,
        raised_by=person(row.raised_by_id, row.raised_by_name, row.raised_by_zone),
        text=row.text,
        opened_at=row.opened_at,
        due_at=row.due_at,
        escalated_at=row.escalated_at,
        conclusion=row.conclusion,
        concluded_at=row.concluded_at,
        note=row.note,
        session_key=row.session_id,
        row=row,
        siblings=siblings,
    )


def task_connection(page: Any, part: Any) -> Connection[Task]:
    """A page of tasks."""
    made = tasks({row.id: row for row in page.rows})
    return connection(page, TASKS, part, lambda row: made[row.id])


def visible_tasks(operation: Operation, keys: Sequence[int]) -> dict[int, Task]:
    """Those of these tasks that the caller may see: all for the team, none for others."""
    if operation.reader is not None:
        return {}
    return tasks(tasks_of_ids(operation.unit, keys, restricted=sees_restricted(operation)))


def sees_restricted(operation: Operation) -> bool:
    """Whether the caller sees what only senior staff see (O45)."""
    return Role.SENIOR_STAFF in operation.actor.roles
