"""Work for the team: one, and the list of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.task import Task
from models.unit import Unit
from policy.matters import TaskStatus

Raiser = aliased(Person, name="task_raiser")
Member = aliased(Person, name="task_member")
Coach = aliased(Person, name="task_coach")


def tasks_of_ids(unit: Unit, ids: Sequence[int], *, restricted: bool = True) -> dict[int, Row[Any]]:
    """The tasks of these ids with the people whom they concern; one statement. `restricted`: those for senior staff too."""
    statement = _all(unit, restricted=restricted).where(Task.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}


def tasks_page(
    unit: Unit, window: Window, *, statuses: Sequence[TaskStatus] | None, restricted: bool
) -> Page[Row[Any]]:
    """The tasks of the organisation, the oldest first; `restricted`: those for senior staff too. Key: (id)."""
    statement = _all(unit, restricted=restricted)
    if statuses is not None:
        statement = statement.where(Task.status.in_(statuses))
    return read_page(unit, statement, (Task.id,), window)


def _all(unit: Unit, *, restricted: bool) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = (
        select(
            *Task.__table__.columns,
            Raiser.name.label("raised_by_name"),
            Raiser.zone.label("raised_by_zone"),
            Member.name.label("member_name"),
            Member.zone.label("member_zone"),
            Coach.name.label("coach_name"),
            Coach.zone.label("coach_zone"),
        )
        .join(Raiser, and_(Raiser.organisation_id == Task.organisation_id, Raiser.id == Task.raised_by_id))
        .outerjoin(Member, and_(Member.organisation_id == Task.organisation_id, Member.id == Task.member_id))
        .outerjoin(Coach, and_(Coach.organisation_id == Task.organisation_id, Coach.id == Task.coach_id))
        .where(Task.organisation_id == unit.organisation_id)
    )
    return statement if restricted else statement.where(~Task.restricted)
