"""Published policies, what sessions were booked under, and the kinds of session."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import aliased

from models.organisation import PolicyVersion, ResolvedPolicyRow, SessionKind
from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit

Statement = Select[*tuple[Any, ...]]

Publisher = aliased(Person, name="publisher")


def kinds_of(unit: Unit) -> Sequence[Row[Any]]:
    """All kinds of session that the organisation has ever named, the oldest first; one statement."""
    return unit.connection.execute(_kinds(unit).order_by(SessionKind.id)).all()


def kinds_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The kinds of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(_kinds(unit).where(SessionKind.id.in_(ids)))}


def _kinds(unit: Unit) -> Statement:
    return select(SessionKind.id, SessionKind.code, SessionKind.name).where(
        SessionKind.organisation_id == unit.organisation_id
    )


@cache
def version_columns() -> Statement:
    """Policy versions with their documents and who published them."""
    publisher = and_(
        Publisher.organisation_id == PolicyVersion.organisation_id, Publisher.id == PolicyVersion.published_by_id
    )
    columns = (
        *PolicyVersion.__table__.columns,
        Publisher.name.label("publisher_name"),
        Publisher.zone.label("publisher_zone"),
    )
    return select(*columns).outerjoin(Publisher, publisher)


def version_of_number(unit: Unit, number: int | None) -> Row[Any] | None:
    """The version of this number; None: the one in force, which is the newest. One statement."""
    statement = version_columns().where(PolicyVersion.organisation_id == unit.organisation_id)
    if number is not None:
        statement = statement.where(PolicyVersion.number == number)
    return unit.connection.execute(statement.order_by(PolicyVersion.number.desc()).limit(1)).one_or_none()


def versions_page(unit: Unit, window: Window) -> Page[Row[Any]]:
    """The versions in the order in which they were published; one statement. The key is (number)."""
    statement = version_columns().where(PolicyVersion.organisation_id == unit.organisation_id)
    return read_page(unit, statement, (PolicyVersion.number,), window)


def versions_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The versions of these ids; one statement."""
    statement = version_columns().where(
        PolicyVersion.organisation_id == unit.organisation_id, PolicyVersion.id.in_(ids)
    )
    return {row.id: row for row in unit.connection.execute(statement)}


def resolved_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The resolved policies of these ids: digest and document; one statement."""
    columns: Statement = select(ResolvedPolicyRow.id, ResolvedPolicyRow.digest, ResolvedPolicyRow.document)
    statement = columns.where(ResolvedPolicyRow.organisation_id == unit.organisation_id, ResolvedPolicyRow.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}
