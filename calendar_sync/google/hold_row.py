"""A proposed time that a coach keeps free, as a row of the same make as a session's (MODEL 11)."""

from typing import Any

from sqlalchemy import Row, text

from models.unit import Database

# A hold has no conference, and no more than two states: it stands until the proposal has ended, by whatever.
HOLD = text("""
SELECT asked.id, true AS hold, CASE WHEN asked.status = 'PENDING' THEN 'SCHEDULED' ELSE 'CANCELLED' END AS status,
    true AS provisional, asked.starts_at, asked.ends_at, asked.version AS sequence, asked.coach_id, asked.member_id,
    kind.name AS kind_name, member.name AS member_name, coach.hours_zone, 'NONE' AS provider,
    organisation.is_sandbox, connection.status AS connection, connection.sealed_token, connection.calendar_id,
    known.event_id, known.generation, known.etag, known.deleted,
    CAST(NULL AS text) AS conference_url, CAST(NULL AS text) AS conference_status
FROM proposal AS asked
JOIN session AS s ON s.organisation_id = asked.organisation_id AND s.id = asked.session_id
JOIN organisation ON organisation.id = asked.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS member ON member.organisation_id = s.organisation_id AND member.id = asked.member_id
JOIN coach ON coach.organisation_id = s.organisation_id AND coach.person_id = asked.coach_id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = asked.organisation_id AND connection.person_id = asked.coach_id
LEFT JOIN google_hold AS known ON known.organisation_id = asked.organisation_id AND known.proposal_id = asked.id
WHERE asked.organisation_id = :organisation AND asked.id = :proposal AND asked.starts_at IS NOT NULL
""")


def load(database: Database, organisation_id: int, proposal_id: int) -> Row[Any] | None:
    """The row of the hold, or None if there is no such proposal, or it names no time."""
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(HOLD, {"organisation": organisation_id, "proposal": proposal_id}).one_or_none()
