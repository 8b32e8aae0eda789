"""Everything a decision about sessions needs, for one session or a page of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.queries.cases import CASE
from models.queries.duplicates import ASKED_UNTIL, QUESTION
from models.queries.payments import PRICE
from models.queries.proposals import OFFER_ENDED, PENDING, REBOOKED
from models.unit import Unit

SESSIONS = text(f"""
SELECT s.id, s.uid, s.version, s.sequence, s.status, s.provisional, s.starts_at, s.ends_at, s.first_starts_at, s.booked_at,
    s.moved_by_other_unconfirmed, s.late, s.coach_id, s.member_id, s.kind_id, s.membership_id, s.resolved_policy_id,
    s.fee_minor_units, s.fee_currency, s.reason, s.disposition, s.recorded_at, s.stated_by, s.undecided, s.decided_by, s.decide_by,
    s.on_silence, s.completes_at,
    EXISTS (SELECT FROM presence WHERE organisation_id = s.organisation_id AND session_id = s.id AND person_id = s.coach_id)
        AS coach_present,
    EXISTS (SELECT FROM presence WHERE organisation_id = s.organisation_id AND session_id = s.id AND person_id = s.member_id)
        AS member_present,
    kind.code AS kind_code, kind.name AS kind_name,
    coach.name AS coach_name, coach.zone AS coach_zone, member.name AS member_name, member.zone AS member_zone,
    organisation.zone AS organisation_zone, coalesce(membership.accounting_zone, member.zone) AS accounting_zone,
    membership.starts_on AS enrolled_on, membership.first_paid_on AS paid_from,
    ARRAY(SELECT on_date FROM holiday WHERE organisation_id = :organisation) AS holidays,
    ARRAY(SELECT starts_on FROM term WHERE organisation_id = :organisation ORDER BY starts_on) AS terms,
    terms.hours_zone, terms.buffer_before, terms.buffer_after,
    CASE WHEN row_number() OVER (PARTITION BY s.resolved_policy_id) = 1 THEN resolved.document END AS policy,
    resolved.digest AS policy_digest,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(move.by, move.moved_at, move.from_starts_at) ORDER BY move.id), '[]')
        FROM session_move AS move WHERE move.organisation_id = s.organisation_id AND move.session_id = s.id) AS moves,
    {PENDING} AS proposals, {CASE} AS last_case, {OFFER_ENDED} AS offer_ended_at, {REBOOKED} AS rebooked, s.stated_at,
    {QUESTION} AS question, {ASKED_UNTIL} AS asked_until,
    {PRICE} AS price
FROM session AS s
JOIN organisation ON organisation.id = s.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS coach ON coach.organisation_id = s.organisation_id AND coach.id = s.coach_id
JOIN coach AS terms ON terms.organisation_id = s.organisation_id AND terms.person_id = s.coach_id
JOIN person AS member ON member.organisation_id = s.organisation_id AND member.id = s.member_id
JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
LEFT JOIN membership ON membership.organisation_id = s.organisation_id AND membership.id = s.membership_id
WHERE s.organisation_id = :organisation AND s.id = ANY(CAST(:sessions AS bigint[]))
""")

LOTS = text("""
SELECT lot.id, lot.member_id, lot.kind_id, lot.source, lot.opens_at, lot.closes_at, lot.created_at, kind.code AS kind_code,
    into_lot.available - out_of_lot.available AS available, into_lot.held - out_of_lot.held AS held,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(own.session_id, own.units)), '[]') FROM (
        SELECT session_id,
            sum(CASE WHEN to_lot_id = lot.id AND to_account = 'HELD' THEN units ELSE 0 END)
            - sum(CASE WHEN from_lot_id = lot.id AND from_account = 'HELD' THEN units ELSE 0 END) AS units
        FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND session_id = ANY(CAST(:sessions AS bigint[]))
        GROUP BY session_id
    ) AS own WHERE own.units > 0) AS held_by,
    ARRAY(SELECT DISTINCT own.session_id FROM ledger_entry AS own
        WHERE own.organisation_id = lot.organisation_id AND own.to_lot_id = lot.id AND own.session_id = ANY(CAST(:sessions AS bigint[]))) AS touched
FROM credit_lot AS lot
JOIN session_kind AS kind ON kind.organisation_id = lot.organisation_id AND kind.id = lot.kind_id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(units) FILTER (WHERE to_account = 'AVAILABLE'), 0) AS available,
        coalesce(sum(units) FILTER (WHERE to_account = 'HELD'), 0) AS held
    FROM ledger_entry WHERE organisation_id = lot.organisation_id AND to_lot_id = lot.id
) AS into_lot
CROSS JOIN LATERAL (
    SELECT coalesce(sum(units) FILTER (WHERE from_account = 'AVAILABLE'), 0) AS available,
        coalesce(sum(units) FILTER (WHERE from_account = 'HELD'), 0) AS held
    FROM ledger_entry WHERE organisation_id = lot.organisation_id AND from_lot_id = lot.id
) AS out_of_lot
WHERE lot.organisation_id = :organisation AND lot.member_id = ANY(CAST(:members AS bigint[]))
    AND ((lot.member_id, lot.kind_id) IN (SELECT * FROM unnest(CAST(:members AS bigint[]), CAST(:kinds AS bigint[])))
            AND (lot.closes_at IS NULL OR lot.closes_at > :since)
        OR EXISTS (SELECT FROM ledger_entry AS own WHERE own.organisation_id = lot.organisation_id AND own.to_lot_id = lot.id
            AND own.session_id = ANY(CAST(:sessions AS bigint[]))))
ORDER BY lot.closes_at NULLS LAST, lot.created_at, lot.id
""")

PARTIES = text(
    "SELECT id, coach_id, member_id FROM session WHERE organisation_id = :organisation AND id = ANY(CAST(:sessions AS bigint[]))"
)


def sessions_by_id(unit: Unit, sessions: Sequence[int]) -> Sequence[Row[Any]]:
    """The sessions of these ids with their people, kinds, zones, moves and resolved policies, in no order; one statement.

    The document of a policy comes with one of the sessions that were booked under it, and is None in the others.
    """
    return unit.connection.execute(SESSIONS, {"organisation": unit.organisation_id, "sessions": list(sessions)}).all()


def lots_of(unit: Unit, pairs: Sequence[tuple[int, int]], *, sessions: Sequence[int], since: Any) -> Sequence[Row[Any]]:
    """The lots of these (member, kind) pairs that close after `since`, and those of any kind that pay for one of the sessions; one statement.

    Each row carries its balances and, in `held_by`, [session, units] for each of the sessions that it holds units for;
    `touched`: all of them that it has held some for.
    """
    members = [member for member, _ in pairs]
    kinds = [kind for _, kind in pairs]
    values = {
        "organisation": unit.organisation_id,
        "members": members,
        "kinds": kinds,
        "sessions": list(sessions),
        "since": since,
    }
    return unit.connection.execute(LOTS, values).all()


def parties_of(unit: Unit, sessions: Sequence[int]) -> dict[int, tuple[int, int]]:
    """(coach, member) of each of these sessions that exists; both never change in a session's life."""
    rows = unit.connection.execute(PARTIES, {"organisation": unit.organisation_id, "sessions": list(sessions)})
    return {row.id: (row.coach_id, row.member_id) for row in rows}
