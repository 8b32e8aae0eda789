"""What was paid: for which units, under which reference of which provider."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select, text

from models.payment import Payment
from models.unit import Unit

# A session that took the place of another one is paid from the same units, so what was paid for them is its price too.
PRICE = """(SELECT jsonb_build_object('currency', min(paid.currency), 'minor_units', sum(
            (2 * paid.minor_units * least(own.units, bought.units) + bought.units) / (2 * bought.units)))
        FROM (SELECT from_lot_id, CAST(sum(units) AS bigint) AS units FROM ledger_entry AS entry
            WHERE entry.organisation_id = s.organisation_id AND entry.session_id = s.id AND entry.kind = 'HOLD'
            GROUP BY from_lot_id) AS own
        JOIN payment AS paid ON paid.organisation_id = s.organisation_id AND paid.lot_id = own.from_lot_id
        JOIN LATERAL (SELECT CAST(sum(units) AS bigint) AS units FROM ledger_entry AS entry
            WHERE entry.organisation_id = s.organisation_id AND entry.to_lot_id = paid.lot_id AND entry.kind = 'GRANT') AS bought ON true
        HAVING count(*) > 0)"""
"""Of a session `s`: what was paid for the units that it held, or nothing."""

SAME = text("""
SELECT id, member_id, kind_id, minor_units, currency, event_id FROM payment
WHERE organisation_id = :organisation AND provider = :provider AND reference = :reference
""")


def payment_of_reference(unit: Unit, *, provider: str, reference: str) -> Row[Any] | None:
    """The payment that the provider knows by this reference, if it was recorded; one statement."""
    values = {"organisation": unit.organisation_id, "provider": provider, "reference": reference}
    return unit.connection.execute(SAME, values).one_or_none()


def payments_of_ids(unit: Unit, ids: Sequence[int]) -> dict[int, Row[Any]]:
    """The payments of these ids; one statement."""
    statement = select(*Payment.__table__.columns).where(
        Payment.organisation_id == unit.organisation_id, Payment.id.in_(ids)
    )
    return {row.id: row for row in unit.connection.execute(statement)}
