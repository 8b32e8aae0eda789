"""What the record says of people: the reasons of their ended sessions and of their moves (D-59)."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

RECORD = text("""
WITH concerned AS (
    SELECT id, coach_id, member_id, status, starts_at, reason, fault,
        ARRAY(SELECT DISTINCT to_lot_id FROM ledger_entry WHERE organisation_id = :organisation AND session_id = session.id
            AND kind = 'HOLD') AS lots
    FROM session WHERE organisation_id = :organisation
    AND (member_id = ANY(CAST(:members AS bigint[])) OR coach_id = ANY(CAST(:coaches AS bigint[])))
)
SELECT id, coach_id, member_id, reason, starts_at AS at, status, coalesce(fault, 'none') AS fault, lots FROM concerned
WHERE status IN ('CANCELLED', 'MISSED', 'COMPLETED') AND reason IS NOT NULL
UNION ALL
SELECT concerned.id, concerned.coach_id, concerned.member_id, effect ->> 'reason', event.effective_at, 'SCHEDULED', 'none', lots
FROM concerned JOIN event ON event.organisation_id = :organisation AND event.session_id = concerned.id AND event.name = 'SESSION_MOVED'
CROSS JOIN LATERAL jsonb_array_elements(event.effects) AS effect WHERE effect ->> 'effect' = 'Move'
""")


def record_of(unit: Unit, *, members: Sequence[int], coaches: Sequence[int]) -> Sequence[Row[Any]]:
    """The reasons of all ended sessions and moves of these people, in no order; one statement."""
    values = {"organisation": unit.organisation_id, "members": list(members), "coaches": list(coaches)}
    return unit.connection.execute(RECORD, values).all()
