"""Which bookings compete for one credit, and what their question says."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

QUESTION = """(SELECT jsonb_build_object('id', dup.id, 'due_at', dup.due_at, 'sessions', (
            SELECT jsonb_agg(one.session_id ORDER BY one.session_id) FROM duplicate_session AS one
            JOIN session AS other ON other.organisation_id = one.organisation_id AND other.id = one.session_id
            WHERE one.organisation_id = dup.organisation_id AND one.case_id = dup.id AND other.status = 'SCHEDULED'))
        FROM duplicate_session AS own JOIN duplicate_case AS dup
            ON dup.organisation_id = own.organisation_id AND dup.id = own.case_id AND dup.status = 'OPEN'
        WHERE own.organisation_id = s.organisation_id AND own.session_id = s.id AND s.status = 'SCHEDULED')"""
"""Of a session `s`: the open question about it, as the facts of a decision name its parts."""

ASKED_UNTIL = """(SELECT max(dup.due_at) FROM duplicate_session AS own JOIN duplicate_case AS dup
            ON dup.organisation_id = own.organisation_id AND dup.id = own.case_id
        WHERE own.organisation_id = s.organisation_id AND own.session_id = s.id)"""
"""Of a session `s`: until when it is or was asked whether it is kept."""

CASE = text("""
SELECT dup.status, dup.due_at, dup.asked,
    ARRAY(SELECT one.session_id FROM duplicate_session AS one
        JOIN session AS other ON other.organisation_id = one.organisation_id AND other.id = one.session_id
        WHERE one.organisation_id = dup.organisation_id AND one.case_id = dup.id AND other.status = 'SCHEDULED'
        ORDER BY one.session_id) AS sessions
FROM duplicate_case AS dup WHERE dup.organisation_id = :organisation AND dup.id = :case
""")

SHOWN = text("""
SELECT own.session_id AS of_session, dup.id, dup.status, dup.opened_at, dup.due_at, dup.resolved_at, dup.kept_id,
    ARRAY(SELECT one.session_id FROM duplicate_session AS one
        WHERE one.organisation_id = dup.organisation_id AND one.case_id = dup.id ORDER BY one.session_id) AS sessions
FROM duplicate_session AS own JOIN duplicate_case AS dup ON dup.organisation_id = own.organisation_id AND dup.id = own.case_id
WHERE own.organisation_id = :organisation AND own.session_id = ANY(CAST(:sessions AS bigint[])) ORDER BY dup.id
""")

CHOICES = text("""
SELECT session.id, session.starts_at, session.ends_at, coach.name AS coach_name
FROM session JOIN person AS coach ON coach.organisation_id = session.organisation_id AND coach.id = session.coach_id
WHERE session.organisation_id = :organisation AND session.id = ANY(CAST(:sessions AS bigint[])) ORDER BY session.starts_at, session.id
""")


def duplicate_case(unit: Unit, case: int) -> Row[Any]:
    """The question with the bookings that still stand; one statement."""
    return unit.connection.execute(CASE, {"organisation": unit.organisation_id, "case": case}).one()


def duplicates_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, Row[Any]]:
    """For each of these sessions the last question that it was in, if ever; one statement."""
    values = {"organisation": unit.organisation_id, "sessions": list(sessions)}
    return {row.of_session: row for row in unit.connection.execute(SHOWN, values)}


def choices(unit: Unit, sessions: Sequence[int]) -> Sequence[Row[Any]]:
    """When these sessions are, and with whom, the earliest first; one statement."""
    return unit.connection.execute(CHOICES, {"organisation": unit.organisation_id, "sessions": list(sessions)}).all()
