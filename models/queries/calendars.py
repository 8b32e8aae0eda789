"""A person's calendars: the generation of their feed, and their Google connection."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, text

from models.calendar import GoogleConnection
from models.queries.keyset import Page, Window, read_page
from models.reading import CalendarQuestion
from models.session import Session
from models.unit import Unit
from policy.terms import ConnectionStatus, SessionStatus

CALENDAR = text("""
SELECT person.id AS person_id, person.name, person.zone, person.feed_generation, coach.person_id IS NOT NULL AS is_coach,
    connection.status, connection.place, connection.last_error, connection.connected_at, connection.last_pushed_at,
    (SELECT count(*) FROM due_work WHERE due_work.organisation_id = person.organisation_id AND due_work.kind IN ('GOOGLE_PUSH', 'GOOGLE_SERIES', 'GOOGLE_HOLD', 'GOOGLE_COPY', 'GOOGLE_SERIES_COPY')
        AND due_work.lane = 'google:' || person.id AND due_work.set_aside_at IS NOT NULL) AS set_aside,
    (SELECT count(*) FROM due_work WHERE due_work.organisation_id = person.organisation_id AND due_work.kind IN ('GOOGLE_PUSH', 'GOOGLE_SERIES', 'GOOGLE_HOLD', 'GOOGLE_COPY', 'GOOGLE_SERIES_COPY')
        AND due_work.lane = 'google:' || person.id AND due_work.set_aside_at IS NULL AND due_work.done_at IS NULL) AS waiting,
    reading.pulled_at, reading.pull_error, reading.busy_error, reading.checked
FROM person
LEFT JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = person.organisation_id AND connection.person_id = person.id
LEFT JOIN google_reading AS reading
    ON reading.organisation_id = person.organisation_id AND reading.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = ANY(CAST(:persons AS bigint[]))
""")


def calendar_of(unit: Unit, person_id: int) -> Row[Any] | None:
    """The calendars of a person; `set_aside`: pushes that failed for good, `waiting`: those that are still to be made. One statement."""
    return calendars_of(unit, [person_id]).get(person_id)


def calendars_of(unit: Unit, persons: Sequence[int]) -> dict[int, Row[Any]]:
    """The calendars of these people; one statement."""
    rows = unit.connection.execute(CALENDAR, {"organisation": unit.organisation_id, "persons": list(persons)})
    return {row.person_id: row for row in rows}


def connections_page(unit: Unit, window: Window, *, status: ConnectionStatus | None) -> Page[Row[Any]]:
    """Who has or had a connected calendar, by person; with this status or any. Key: (person_id)."""
    statement = select(GoogleConnection.person_id).where(GoogleConnection.organisation_id == unit.organisation_id)
    if status is not None:
        statement = statement.where(GoogleConnection.status == status)
    return read_page(unit, statement, (GoogleConnection.person_id,), window)


def questions_page(unit: Unit, window: Window, *, person_id: int, now: datetime) -> Page[Row[Any]]:
    """What the person was asked about edits in their calendar and has not answered by a change; the oldest first. Key: (id)."""
    open_still = (
        CalendarQuestion.person_id == person_id,
        Session.status == SessionStatus.SCHEDULED,
        Session.sequence == CalendarQuestion.sequence,
        Session.starts_at > now,
    )
    statement = _questions(unit).join(
        Session,
        (Session.organisation_id == CalendarQuestion.organisation_id) & (Session.id == CalendarQuestion.session_id),
    )
    return read_page(unit, statement.where(*open_still), (CalendarQuestion.id,), window)


def questions_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The questions of these ids, whoever was asked; one statement."""
    statement = _questions(unit).where(CalendarQuestion.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}


def _questions(unit: Unit) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(*CalendarQuestion.__table__.columns)
    return statement.where(CalendarQuestion.organisation_id == unit.organisation_id)
