"""The whole log of an organisation, for who looks after it: every change, by whom, and whom it concerned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, literal_column, select
from sqlalchemy.orm import aliased

from models.event import Event, EventPerson
from models.identity import ApiKey
from models.organisation import PolicyVersion
from models.people import Person
from models.queries.keyset import Page, Window, read_page
from models.session import Session
from models.unit import Unit

Statement = Select[*tuple[Any, ...]]
PERSONS = literal_column(
    "(SELECT coalesce(jsonb_agg(jsonb_build_array(person.id, person.name, person.zone) ORDER BY person.id), '[]') "
    "FROM event_person JOIN person ON person.organisation_id = event_person.organisation_id AND person.id = event_person.person_id "
    "WHERE event_person.organisation_id = event.organisation_id AND event_person.event_id = event.id)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which changes are meant; None does not restrict. `person_id`: whom they concern; `actor_id`: who made them."""

    names: tuple[str, ...] | None = None
    person_id: int | None = None
    actor_id: int | None = None
    recorded_from: datetime | None = None
    recorded_before: datetime | None = None


def audit_page(unit: Unit, wanted: AuditFilter, window: Window) -> Page[Row[Any]]:
    """Changes in the order in which they were written; one statement. The key is (id)."""
    statement = _log(unit)
    if wanted.names is not None:
        statement = statement.where(Event.name.in_(wanted.names))
    if wanted.person_id is not None:
        statement = statement.where(Event.id.in_(_concerning(unit, wanted.person_id)))
    if wanted.actor_id is not None:
        statement = statement.where(Event.actor_id == wanted.actor_id)
    if wanted.recorded_from is not None:
        statement = statement.where(Event.recorded_at >= wanted.recorded_from)
    if wanted.recorded_before is not None:
        statement = statement.where(Event.recorded_at < wanted.recorded_before)
    return read_page(unit, statement, (Event.id,), window)


def audit_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The changes of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(_log(unit).where(Event.id.in_(ids)))}


def _concerning(unit: Unit, person_id: int) -> Select[int]:
    return select(EventPerson.event_id).where(
        EventPerson.organisation_id == unit.organisation_id, EventPerson.person_id == person_id
    )


def _log(unit: Unit) -> Statement:
    actor = aliased(Person, name="actor_person")
    return (
        select(
            *Event.__table__.columns,
            func.coalesce(actor.name, ApiKey.name).label("actor_name"),
            PolicyVersion.number.label("policy_number"),
            Session.coach_id,
            Session.member_id,
            PERSONS.label("persons"),
        )
        .outerjoin(Session, and_(Session.organisation_id == Event.organisation_id, Session.id == Event.session_id))
        .outerjoin(actor, and_(actor.organisation_id == Event.organisation_id, actor.id == Event.actor_id))
        .outerjoin(ApiKey, and_(ApiKey.organisation_id == Event.organisation_id, ApiKey.id == Event.api_key_id))
        .outerjoin(
            PolicyVersion,
            and_(
                PolicyVersion.organisation_id == Event.organisation_id,
                PolicyVersion.id == Event.policy_version_id,
            ),
        )
        .where(Event.organisation_id == unit.organisation_id)
    )
