"""Cases: the last one about a session, those of many sessions, and the lists that people read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select

from models.case import CaseEvidence, SessionCase
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.terms import CaseStatus

CASE = """(SELECT jsonb_build_object('id', about.id, 'kind', about.kind, 'status', about.status, 'opened_at', about.opened_at,
        'due_at', about.due_at, 'contradicted', about.contradicted, 'asked', about.asked, 'claim', about.claim,
        'result', about.result, 'reason', about.reason, 'dispute_until', about.dispute_until)
        FROM session_case AS about WHERE about.organisation_id = s.organisation_id AND about.session_id = s.id
        ORDER BY about.id DESC LIMIT 1)"""
"""Of a session `s`: the last case about it, as the facts of a decision name its parts."""


def cases_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The cases of these ids; one statement."""
    return {row.id: row for row in unit.connection.execute(_all(unit).where(SessionCase.id.in_(ids)))}


def cases_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """For each session the cases about it, the oldest first; one statement."""
    found: dict[int, list[Row[Any]]] = {session: [] for session in sessions}
    statement = _all(unit).where(SessionCase.session_id.in_(sessions)).order_by(SessionCase.id)
    for row in unit.connection.execute(statement):
        found[row.session_id].append(row)
    return found


def cases_page(
    unit: Unit, window: Window, *, person_id: int | None, statuses: Sequence[CaseStatus] | None
) -> Page[Row[Any]]:
    """The cases about a person's sessions (None: about everybody's), the oldest first. Key: (id)."""
    statement = _all(unit)
    if person_id is not None:
        statement = statement.where(or_(SessionCase.coach_id == person_id, SessionCase.member_id == person_id))
    if statuses is not None:
        statement = statement.where(SessionCase.status.in_(statuses))
    return read_page(unit, statement, (SessionCase.id,), window)


def evidence_of_cases(unit: Unit, cases: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """For each case what the member shows, in the order in which it was added; one statement."""
    found: dict[int, list[Row[Any]]] = {case: [] for case in cases}
    statement = (
        select(*CaseEvidence.__table__.columns)
        .where(CaseEvidence.organisation_id == unit.organisation_id, CaseEvidence.case_id.in_(cases))
        .order_by(CaseEvidence.id)
    )
    for row in unit.connection.execute(statement):
        found[row.case_id].append(row)
    return found


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(*SessionCase.__table__.columns)
    return statement.where(SessionCase.organisation_id == unit.organisation_id)
