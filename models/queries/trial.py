"""The record of an organisation's sessions in the order in which it was written, batch by batch, for a trial of other rules (D-63)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

from models.queries.payments import PRICE
from models.unit import Unit

BATCH = 500

PRESENT = text("SELECT coalesce(clock_at, clock_timestamp()) FROM organisation WHERE id = :organisation")

NUMBER = text(
    "SELECT count(*) FROM session WHERE organisation_id = :organisation AND starts_at >= :since AND starts_at < :until"
)

EVENTS = text("""
DECLARE trial NO SCROLL CURSOR FOR
SELECT event.session_id, event.decision, event.effects, event.effective_at,
    event.id = max(event.id) OVER (PARTITION BY event.session_id) AS is_last
FROM session JOIN event ON event.organisation_id = :organisation AND event.session_id = session.id AND event.decision IS NOT NULL
WHERE session.organisation_id = :organisation AND session.starts_at >= :since AND session.starts_at < :until
ORDER BY event.id
""")
FETCH = text(f"FETCH {BATCH} FROM trial")
CLOSE = text("CLOSE trial")

BOOKED_FOR = """coalesce((SELECT from_starts_at FROM session_move WHERE organisation_id = s.organisation_id AND session_id = s.id
    ORDER BY id LIMIT 1), s.starts_at)"""
"""The start that it was booked for, which need not be the earliest that it has had."""

SESSIONS = text(f"""
SELECT s.id, s.status, s.starts_at, s.ends_at, {BOOKED_FOR} AS booked_for, s.booked_at, s.reason, s.disposition, s.coach_id, s.member_id,
    s.membership_id, s.fee_minor_units, s.fee_currency, kind.code AS kind_code,
    EXISTS (SELECT FROM presence WHERE organisation_id = s.organisation_id AND session_id = s.id AND person_id = s.coach_id)
        AS coach_present,
    coach.name AS coach_name, coach.zone AS coach_zone, member.name AS member_name, member.zone AS member_zone,
    organisation.zone AS organisation_zone, coalesce(membership.accounting_zone, member.zone) AS accounting_zone,
    membership.starts_on AS enrolled_on, membership.first_paid_on AS paid_from, contract.document AS contract, membership.plan_document AS plan,
    ARRAY(SELECT on_date FROM holiday WHERE organisation_id = :organisation) AS holidays,
    ARRAY(SELECT starts_on FROM term WHERE organisation_id = :organisation ORDER BY starts_on) AS terms,
    CASE WHEN row_number() OVER (PARTITION BY s.resolved_policy_id) = 1 THEN resolved.document END AS policy,
    resolved.digest AS policy_digest, {PRICE} AS price
FROM session AS s
JOIN organisation ON organisation.id = s.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS coach ON coach.organisation_id = s.organisation_id AND coach.id = s.coach_id
JOIN person AS member ON member.organisation_id = s.organisation_id AND member.id = s.member_id
JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
LEFT JOIN membership ON membership.organisation_id = s.organisation_id AND membership.id = s.membership_id
LEFT JOIN contract ON contract.organisation_id = s.organisation_id AND contract.id = membership.contract_id
WHERE s.organisation_id = :organisation AND s.id = ANY(CAST(:sessions AS bigint[]))
""")

BEFORE = text("""
SELECT id, coach_id, member_id, reason, starts_at AS at, status, coalesce(fault, 'none') AS fault,
    coalesce(stated_at, recorded_at, changed_at) AS known_at,
    ARRAY(SELECT DISTINCT to_lot_id FROM ledger_entry WHERE organisation_id = :organisation AND session_id = session.id
        AND kind = 'HOLD') AS lots
FROM session
WHERE organisation_id = :organisation AND starts_at < :since AND reason IS NOT NULL AND status IN ('CANCELLED', 'MISSED', 'COMPLETED')
    AND (member_id IN (SELECT member_id FROM session WHERE organisation_id = :organisation AND starts_at >= :since AND starts_at < :until)
        OR coach_id IN (SELECT coach_id FROM session WHERE organisation_id = :organisation AND starts_at >= :since AND starts_at < :until))
ORDER BY known_at DESC, id DESC
""")


def present(unit: Unit) -> datetime:
    """What time it is for the organisation."""
    values = {"organisation": unit.organisation_id}
    return unit.connection.execute(PRESENT, values).scalar_one().astimezone(UTC)


def number_of_sessions(unit: Unit, *, since: datetime, until: datetime) -> int:
    """How many sessions start in `[since, until)`."""
    values = {"organisation": unit.organisation_id, "since": since, "until": until}
    return unit.connection.execute(NUMBER, values).scalar_one()


def decisions_in_order(unit: Unit, *, since: datetime, until: datetime) -> Iterator[Sequence[Row[Any]]]:
    """Every decision about the sessions that start in `[since, until)`, in the order of the log; only one batch is in memory.

    `is_last`: there is none after it about the same session.
    """
    values = {"organisation": unit.organisation_id, "since": since, "until": until}
    unit.connection.execute(EVENTS, values)
    while batch := unit.connection.execute(FETCH).all():
        yield batch
    unit.connection.execute(CLOSE)


def sessions_of_trial(unit: Unit, sessions: Sequence[int]) -> Sequence[Row[Any]]:
    """These sessions with their people, zones, contract and policy; the document of a policy comes with one of the sessions under it."""
    return unit.connection.execute(SESSIONS, {"organisation": unit.organisation_id, "sessions": list(sessions)}).all()


def record_before(unit: Unit, *, since: datetime, until: datetime) -> Sequence[Row[Any]]:
    """How the earlier sessions of the same people ended, what was said last coming first: what tallies count besides."""
    values = {"organisation": unit.organisation_id, "since": since, "until": until}
    return unit.connection.execute(BEFORE, values).all()
