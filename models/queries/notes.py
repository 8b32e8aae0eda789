"""Notes and action items of sessions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from models.notes import ActionItem, Note, NoteRevision
from models.unit import Unit

PLACE = text("""
SELECT session.starts_at, coach.zone AS coach_zone, member.zone AS member_zone
FROM session
JOIN person AS coach ON coach.organisation_id = session.organisation_id AND coach.id = session.coach_id
JOIN person AS member ON member.organisation_id = session.organisation_id AND member.id = session.member_id
WHERE session.organisation_id = :organisation AND session.id = :session
""")


def notes_of_sessions(unit: Unit, sessions: Sequence[int]) -> list[Row[Any]]:
    """All notes of these sessions, the first one first; one statement."""
    statement = select(*Note.__table__.columns).where(
        Note.organisation_id == unit.organisation_id, Note.session_id.in_(sessions)
    )
    return list(unit.connection.execute(statement.order_by(Note.id)).all())


def items_of_sessions(unit: Unit, sessions: Sequence[int]) -> list[Row[Any]]:
    """All action items of these sessions, the first one first; one statement."""
    statement = select(*ActionItem.__table__.columns).where(
        ActionItem.organisation_id == unit.organisation_id, ActionItem.session_id.in_(sessions)
    )
    return list(unit.connection.execute(statement.order_by(ActionItem.id)).all())


def notes_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The notes of these ids that the organisation has; one statement."""
    statement = select(*Note.__table__.columns).where(Note.organisation_id == unit.organisation_id, Note.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}


def items_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The action items of these ids that the organisation has; one statement."""
    statement = select(*ActionItem.__table__.columns).where(
        ActionItem.organisation_id == unit.organisation_id, ActionItem.id.in_(ids)
    )
    return {row.id: row for row in unit.connection.execute(statement)}


def revisions_of_notes(unit: Unit, notes: Sequence[int]) -> list[Row[Any]]:
    """Everything that these notes ever said, by note and version; one statement."""
    statement = select(*NoteRevision.__table__.columns).where(
        NoteRevision.organisation_id == unit.organisation_id, NoteRevision.note_id.in_(notes)
    )
    return list(unit.connection.execute(statement.order_by(NoteRevision.note_id, NoteRevision.version)).all())


def place_of(unit: Unit, session: int) -> Row[Any]:
    """When a session begins, and in which zones its two people read that."""
    return unit.connection.execute(PLACE, {"organisation": unit.organisation_id, "session": session}).one()
