"""Proposals: those that wait for an answer, one to be answered, and the lists that people read."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, func, or_, select, text
from sqlalchemy.orm import aliased

from models.organisation import SessionKind
from models.people import Person
from models.proposal import Proposal
from models.queries.keyset import Page, Window, read_page
from models.session import Session
from models.unit import Unit
from policy.terms import ActorKind, ProposalKind, ProposalStatus

PENDING = """(SELECT coalesce(jsonb_agg(jsonb_build_object('id', asked.id, 'kind', asked.kind, 'by', asked.by, 'answers', asked.answers,
        'action', asked.action, 'reason', asked.reason, 'row', asked.row_id, 'starts_at', asked.starts_at, 'ends_at', asked.ends_at,
        'sent_at', asked.sent_at, 'answer_until', asked.answer_until, 'at_start', asked.at_start) ORDER BY asked.id), '[]')
        FROM proposal AS asked WHERE asked.organisation_id = s.organisation_id AND asked.session_id = s.id
        AND asked.status = 'PENDING')"""
"""Of a session `s`: the proposals about it that wait for an answer, as the facts of a decision name their parts."""

OFFER_ENDED = """(SELECT max(offer.changed_at) FROM proposal AS offer WHERE offer.organisation_id = s.organisation_id
        AND offer.session_id = s.id AND offer.kind = 'REBOOK_OFFER' AND offer.changed_at >= s.starts_at
        AND offer.status IN ('DECLINED', 'EXPIRED', 'WITHDRAWN'))"""
"""Of a session `s`: when an offer came to nothing after its start."""

REBOOKED = """EXISTS (SELECT FROM proposal AS offer WHERE offer.organisation_id = s.organisation_id AND offer.session_id = s.id
        AND offer.kind = 'REBOOK_OFFER' AND offer.status = 'ACCEPTED' AND offer.changed_at >= s.starts_at)"""
"""Of a session `s`: whether an offer was taken after its start, so that another session has taken its place (D-46)."""

OFFERED = """(SELECT coalesce(jsonb_agg(jsonb_build_object('start', slot.starts_at, 'end', slot.ends_at, 'range', slot.is_range)
    ORDER BY slot.number), '[]') FROM proposal_slot AS slot
    WHERE slot.organisation_id = proposal.organisation_id AND slot.proposal_id = proposal.id) AS offered"""

ANSWERABLE = text(f"""
SELECT id, session_id, coach_id, member_id, version, kind, by, answers, action, reason, row_id AS row, starts_at, ends_at, sent_at,
    answer_until, at_start, status, kind_id, {OFFERED}
FROM proposal WHERE organisation_id = :organisation AND id = ANY(CAST(:proposals AS bigint[]))
""")

SLOTS = """(SELECT 0 AS number, asked.starts_at AS starts_at, asked.ends_at AS ends_at, CAST(NULL AS timestamptz) AS lapses_at
        WHERE asked.kind IN ('RESCHEDULE', 'CHANGE_REQUEST', 'BOOKING_REQUEST') AND asked.starts_at IS NOT NULL
    UNION ALL SELECT slot.number, slot.starts_at, slot.ends_at, slot.lapses_at FROM proposal_slot AS slot
        WHERE slot.organisation_id = asked.organisation_id AND slot.proposal_id = asked.id AND NOT slot.is_range)"""
"""Of a proposal `asked`: the times that are kept free for it, each with its number and, if it goes before the proposal, when."""


def answerable_of_ids(unit: Unit, proposals: Sequence[int]) -> dict[int, Row[Any]]:
    """The proposals of these ids with their parties, named as the facts of a decision name them; one statement."""
    values = {"organisation": unit.organisation_id, "proposals": list(proposals)}
    return {row.id: row for row in unit.connection.execute(ANSWERABLE, values)}


PARTIES = text("""
SELECT proposal.id, proposal.coach_id, proposal.member_id, proposal.kind_id, kind.code AS kind_code, kind.name AS kind_name,
    coach.name AS coach_name, member.name AS member_name, version.number AS policy_number, version.document,
    coalesce((SELECT membership.accounting_zone FROM membership WHERE membership.organisation_id = proposal.organisation_id
        AND membership.member_id = proposal.member_id ORDER BY membership.id DESC LIMIT 1), member.zone) AS accounting_zone
FROM proposal
JOIN session_kind AS kind ON kind.organisation_id = proposal.organisation_id AND kind.id = proposal.kind_id
JOIN person AS coach ON coach.organisation_id = proposal.organisation_id AND coach.id = proposal.coach_id
JOIN person AS member ON member.organisation_id = proposal.organisation_id AND member.id = proposal.member_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = proposal.organisation_id
    ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE proposal.organisation_id = :organisation AND proposal.id = ANY(CAST(:proposals AS bigint[]))
""")


def parties_of_invites(unit: Unit, proposals: Sequence[int]) -> dict[int, Row[Any]]:
    """Of each of these invites its people, its kind, and the policy in force; one statement."""
    values = {"organisation": unit.organisation_id, "proposals": list(proposals)}
    return {row.id: row for row in unit.connection.execute(PARTIES, values)}


def proposal_of_event(unit: Unit, event_id: int) -> int:
    """The proposal that was sent with this event; one statement."""
    statement = select(Proposal.id).where(
        Proposal.organisation_id == unit.organisation_id, Proposal.event_id == event_id
    )
    return unit.connection.execute(statement).scalar_one()


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
    unit: Unit,
    window: Window,
    *,
    person_id: int,
    staff: bool,
    statuses: Sequence[ProposalStatus] | None,
    kinds: Sequence[ProposalKind] | None = None,
) -> Page[Row[Any]]:
    """The proposals about a person's sessions and, for staff, those that the team answers; the oldest first. Key: (id)."""
    mine = [Proposal.coach_id == person_id, Proposal.member_id == person_id]
    if staff:
        mine.append(Proposal.answers == ActorKind.STAFF)
    statement = _all(unit).where(or_(*mine))
    if statuses is not None:
        statement = statement.where(Proposal.status.in_(statuses))
    if kinds is not None:
        statement = statement.where(Proposal.kind.in_(kinds))
    return read_page(unit, statement, (Proposal.id,), window)


def _all(unit: Unit) -> Select[*tuple[Any, ...]]:
    coach, member, kind, own = aliased(Person), aliased(Person), aliased(SessionKind), Proposal.organisation_id
    statement: Select[*tuple[Any, ...]] = (
        select(
            *Proposal.__table__.columns,
            coach.name.label("coach_name"),
            coach.zone.label("coach_zone"),
            member.name.label("member_name"),
            member.zone.label("member_zone"),
            kind.id.label("about_kind_id"),
            kind.code.label("about_kind_code"),
            kind.name.label("about_kind_name"),
            text(OFFERED),
        )
        .join(coach, and_(coach.organisation_id == own, coach.id == Proposal.coach_id))
        .join(member, and_(member.organisation_id == own, member.id == Proposal.member_id))
        .outerjoin(Session, and_(Session.organisation_id == own, Session.id == Proposal.session_id))
        .join(kind, and_(kind.organisation_id == own, kind.id == func.coalesce(Proposal.kind_id, Session.kind_id)))
    )
    return statement.where(own == unit.organisation_id)
