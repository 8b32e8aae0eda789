"""Proposals: those that wait for an answer, one to be answered, and the lists that people read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, or_, select, text

from models.proposal import Proposal
from models.queries.keyset import Page, Window, read_page
from models.unit import Unit
from policy.terms import ActorKind, ProposalStatus

PENDING = """(SELECT coalesce(jsonb_agg(jsonb_build_object('id', asked.id, 'kind', asked.kind, 'by', asked.by, 'answers', asked.answers,
        'action', asked.action, 'reason', asked.reason, 'row', asked.row_id, 'starts_at', asked.starts_at, 'ends_at', asked.ends_at,
        'sent_at', asked.sent_at, 'answer_until', asked.answer_until, 'at_start', asked.at_start) ORDER BY asked.id), '[]')
        FROM proposal AS asked WHERE asked.organisation_id = s.organisation_id AND asked.session_id = s.id
        AND asked.status = 'PENDING')"""
"""Of a session `s`: the proposals about it that wait for an answer, as the facts of a decision name their parts."""

OFFER_ENDED = """(SELECT max(offer.changed_at) FROM proposal AS offer WHERE offer.organisation_id = s.organisation_id
        AND offer.session_id = s.id AND offer.kind = 'REBOOK_OFFER' AND offer.sent_at >= s.starts_at
        AND offer.status IN ('DECLINED', 'EXPIRED', 'WITHDRAWN'))"""
"""Of a session `s`: when an offer that was made after its start came to nothing."""

ANSWERABLE = text("""
SELECT id, session_id, coach_id, member_id, version, kind, by, answers, action, reason, row_id AS row, starts_at, ends_at, sent_at,
    answer_until, at_start, status
FROM proposal WHERE organisation_id = :organisation AND id = ANY(CAST(:proposals AS bigint[]))
""")


def answerable_of_ids(unit: Unit, proposals: Sequence[int]) -> dict[int, Row[Any]]:
    """The proposals of these ids with their parties, named as the facts of a decision name them; one statement."""
    values = {"organisation": unit.organisation_id, "proposals": list(proposals)}
    return {row.id: row for row in unit.connection.execute(ANSWERABLE, values)}


def proposals_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The proposals of these ids; one statement."""
    statement = _all(unit).where(Proposal.id.in_(ids))
    return {row.id: row for row in unit.connection.execute(statement)}


def pending_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, list[Row[Any]]]:
    """For each session the proposals that wait for an answer, the oldest first; one statement."""
    statement = _all(unit).where(Proposal.session_id.in_(sessions), Proposal.status == ProposalStatus.PENDING)
    found: dict[int, list[Row[Any]]] = {session: [] for session in sessions}
    for row in unit.connection.execute(statement.order_by(Proposal.id)):
        found[row.session_id].append(row)
    return found


def proposals_page(
    unit: Unit, window: Window, *, person_id: int, staff: bool, statuses: Sequence[ProposalStatus] | None
) -> Page[Row[Any]]:
    """The proposals about a person's sessions and, for staff, those that the team answers; the oldest first. Key: (id)."""
    mine = [Proposal.coach_id == person_id, Proposal.member_id == person_id]
    if staff:
        mine.append(Proposal.answers == ActorKind.STAFF)
    statement = _all(unit).where(or_(*mine))
    if statuses is not None:
        statement = statement.where(Proposal.status.in_(statuses))
    return read_page(unit, statement, (Proposal.id,), window)


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    statement: Select[*tuple[Any, ...]] = select(*Proposal.__table__.columns)
    return statement.where(Proposal.organisation_id == unit.organisation_id)
