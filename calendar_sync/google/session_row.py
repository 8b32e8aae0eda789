"""A session, its coach's connection and the event we know of: read in one statement, turned into what a push needs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

from calendar_sync.google.mapping import ConferenceStatus, EventStatus, SessionEvent
from calendar_sync.google.push import KnownEvent
from models.unit import Database

_SESSIONS = """
SELECT s.id, false AS hold, place.series_id, s.status, s.provisional, s.starts_at, s.ends_at, s.sequence, s.coach_id, s.member_id,
    kind.name AS kind_name, member.name AS member_name, coach.hours_zone,
    resolved.document -> 'values' -> 'conference.provider' ->> 'value' AS provider,
    organisation.is_sandbox, connection.status AS connection, connection.sealed_token, connection.calendar_id,
    known.event_id, known.generation, known.etag, known.deleted, known.conference_url, known.conference_status
FROM session AS s
JOIN organisation ON organisation.id = s.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS member ON member.organisation_id = s.organisation_id AND member.id = s.member_id
JOIN coach ON coach.organisation_id = s.organisation_id AND coach.person_id = s.coach_id
JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = s.organisation_id AND connection.person_id = s.coach_id
LEFT JOIN series_occurrence AS place ON place.organisation_id = s.organisation_id AND place.session_id = s.id
LEFT JOIN google_event AS known ON known.organisation_id = s.organisation_id AND known.session_id = s.id
WHERE s.organisation_id = :organisation"""

SESSION = text(f"{_SESSIONS} AND s.id = :session")

OF_IDS = text(f"{_SESSIONS} AND s.id = ANY(CAST(:sessions AS bigint[])) ORDER BY s.starts_at, s.id")

OF_COACH = text(f"""{_SESSIONS} AND s.coach_id = :person AND s.status IN ('SCHEDULED', 'CANCELLED') AND s.starts_at > :now
    ORDER BY s.starts_at, s.id""")

# What has begun stays in the calendar as its owner leaves it.
STANDING = text(f"""{_SESSIONS} AND s.coach_id = :person AND known.person_id = :person AND NOT known.deleted
    AND s.status = 'SCHEDULED' AND s.starts_at > :now ORDER BY s.starts_at, s.id""")


def load(database: Database, organisation_id: int, session_id: int) -> Row[Any] | None:
    """The row of the session, or None if there is no such session."""
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(SESSION, {"organisation": organisation_id, "session": session_id}).one_or_none()


def load_all(database: Database, organisation_id: int, sessions: Sequence[int]) -> Sequence[Row[Any]]:
    """The rows of these sessions, by start."""
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(OF_IDS, {"organisation": organisation_id, "sessions": list(sessions)}).all()


def of_coach(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The coach's sessions that have not begun, cancelled ones too."""
    values = {"organisation": organisation_id, "person": person_id, "now": now}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(OF_COACH, values).all()


def standing(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The coach's upcoming sessions whose event stands in their calendar, as far as we know."""
    values = {"organisation": organisation_id, "person": person_id, "now": now}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(STANDING, values).all()


BOOKED = "Booked in Fortnight. Change or cancel it there: what is changed here alone is put back."
_HELD = "A time that was proposed in Fortnight and waits for an answer there. Until then it is kept free."


def wanted_event(row: Row[Any]) -> SessionEvent | None:
    """What the calendar shall say; None: the session or the hold left it. What has taken place stays as it was (MODEL 11)."""
    if row.status == "CANCELLED":
        return None
    starts, ends = row.starts_at.astimezone(UTC), row.ends_at.astimezone(UTC)
    title = f"{row.kind_name} with {row.member_name}"
    return SessionEvent(
        title=f"Hold: {title}" if row.hold else title,
        description=_HELD if row.hold else BOOKED,
        starts=SessionEvent.wall_time(starts, row.hours_zone),
        ends=SessionEvent.wall_time(ends, row.hours_zone),
        zone=row.hours_zone,
        status=EventStatus.TENTATIVE if row.provisional else EventStatus.CONFIRMED,
        conference=row.provider == "GOOGLE_MEET",
        sequence=row.sequence,
    )


def known_event(row: Row[Any]) -> KnownEvent | None:
    """The event as we last left it, if there was one."""
    if row.event_id is None:
        return None
    return KnownEvent(
        event_id=row.event_id,
        generation=row.generation,
        etag=row.etag,
        deleted=row.deleted,
        hangout_link=row.conference_url,
        conference=ConferenceStatus(row.conference_status or "none"),
    )
