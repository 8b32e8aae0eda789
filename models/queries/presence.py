"""Who gave a sign of being there, and when."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

SIGNS = text("""
SELECT session_id, person_id, signal, at FROM presence
WHERE organisation_id = :organisation AND session_id = ANY(CAST(:sessions AS bigint[])) ORDER BY id
""")


def presence_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """The signs of each of these sessions, the first one first; one statement."""
    rows = unit.connection.execute(SIGNS, {"organisation": unit.organisation_id, "sessions": list(sessions)}).all()
    return {key: [row for row in rows if row.session_id == key] for key in sessions}
