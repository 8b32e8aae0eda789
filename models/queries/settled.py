"""What the statement that stands now has done to credits and money, for a page of sessions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

SETTLED = text("""
WITH last AS (
    SELECT asked.session_id, max(event.id) AS id FROM unnest(CAST(:sessions AS bigint[])) AS asked (session_id)
    LEFT JOIN event ON event.organisation_id = :organisation AND event.session_id = asked.session_id
        AND jsonb_path_exists(event.effects, '$[*] ? (@.effect == "Conclude" || @.effect == "Cancel")')
    GROUP BY asked.session_id
)
SELECT last.session_id,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, from_lot_id, to_lot_id, to_account, units) ORDER BY id), '[]')
        FROM ledger_entry WHERE organisation_id = :organisation AND event_id = last.id AND session_id = last.session_id) AS entries,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, minor_units, currency) ORDER BY id), '[]')
        FROM money_entry WHERE organisation_id = :organisation AND event_id = last.id AND session_id = last.session_id
        AND tally IS NULL) AS amounts,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(kind, person_id, minor_units, currency) ORDER BY id), '[]')
        FROM money_entry WHERE organisation_id = :organisation AND session_id = last.session_id AND tally IS NOT NULL) AS charged,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(id, tally, step, person_id, ends_at, ended_at IS NOT NULL) ORDER BY id), '[]')
        FROM sanction WHERE organisation_id = :organisation AND session_id = last.session_id AND lifted_at IS NULL) AS sanctions,
    (SELECT jsonb_path_exists(effects, '$[*] ? (@.effect == "Refund")') FROM event
        WHERE organisation_id = :organisation AND id = last.id) AS refunded,
    earning.minor_units AS earned, earning.currency
FROM last LEFT JOIN earning ON earning.organisation_id = :organisation AND earning.session_id = last.session_id
    AND earning.status IN ('PENDING', 'PAYABLE', 'PAID')
""")


def settled_of(unit: Unit, sessions: Sequence[int]) -> dict[int, Row[Any]]:
    """The entries of the latest conclusion or cancellation of each session, none where it has none; one statement.

    `entries`: [kind, from lot, to lot, to account, units]; `amounts`: [kind, minor units, currency]; `refunded`: part of the price went back,
    which a fee that is given back is not; of tallies, whenever that was,
    `charged`: [kind, person, minor units, currency], and `sanctions`: [id, tally, step, person, end, whether it has ended].
    """
    values = {"organisation": unit.organisation_id, "sessions": list(sessions)}
    return {row.session_id: row for row in unit.connection.execute(SETTLED, values)}
