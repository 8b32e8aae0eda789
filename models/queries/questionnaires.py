"""Questionnaires of sessions, and the questions of kinds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from models.questionnaire import Questionnaire
from models.unit import Unit

TEMPLATES = text("""
SELECT DISTINCT ON (kind_id) kind_id, questions FROM questionnaire_template
WHERE organisation_id = :organisation AND kind_id = ANY(CAST(:kinds AS bigint[])) ORDER BY kind_id, id DESC
""")


def questionnaires_of(unit: Unit, sessions: Sequence[int]) -> dict[int, Row[Any]]:
    """What became of the questionnaires of these sessions; those that nobody has touched have none. One statement."""
    statement = select(*Questionnaire.__table__.columns).where(
        Questionnaire.organisation_id == unit.organisation_id, Questionnaire.session_id.in_(sessions)
    )
    return {row.session_id: row for row in unit.connection.execute(statement)}


def questions_of_kinds(unit: Unit, kinds: Sequence[int]) -> dict[int, list[Any]]:
    """The questions that were set for these kinds, as they are kept; one statement."""
    rows = unit.connection.execute(TEMPLATES, {"organisation": unit.organisation_id, "kinds": list(kinds)})
    return {row.kind_id: row.questions for row in rows}
