"""Work for the team: one, and the list of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, select

from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.task import Task
from models.unit import Unit
from policy.matters import TaskStatus


def tasks_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The tasks of these ids with who raised them; one statement."""
    return {row.id: row for row in unit.connection.execute(_all(unit).where(Task.id.in_(ids)))}


def tasks_page(unit: Unit, window: Window, *, statuses: Sequence[TaskStatus] | None) -> Page[Row[Any]]:
    """The tasks of the organisation, the oldest first. Key: (id)."""
    statement = _all(unit)
    if statuses is not None:
        statement = statement.where(Task.status.in_(statuses))
    return read_page(unit, statement, (Task.id,), window)


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    raised = and_(Person.organisation_id == Task.organisation_id, Person.id == Task.raised_by_id)
    columns = (*Task.__table__.columns, Person.name.label("raised_by_name"), Person.zone.label("raised_by_zone"))
    statement: Select[*tuple[Any, ...]] = select(*columns).join(Person, raised)
    return statement.where(Task.organisation_id == unit.organisation_id)
