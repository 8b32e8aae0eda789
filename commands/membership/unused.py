"""Credits of a membership that are not used when it ends (MODEL 5.7)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.credits import Posting, post_entry
from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from models.unit import Unit
from policy.terms import LedgerKind

UNUSED = text("""
SELECT lot.id, lot.kind_id, lot.opens_at, lot.closes_at, lot.source,
    (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND to_lot_id = lot.id AND to_account = 'AVAILABLE')
    - (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND from_lot_id = lot.id AND from_account = 'AVAILABLE') AS available
FROM credit_lot AS lot WHERE lot.organisation_id = :organisation AND lot.membership_id = :membership
    AND (lot.closes_at IS NULL OR lot.closes_at > :now)
    AND (CAST(:from AS timestamptz) IS NULL OR (lot.source = 'PERIOD' AND lot.opens_at >= :from))
ORDER BY lot.id
""")


def unused_units(
    unit: Unit, case: MembershipCase, doer: Doer, *, from_at: datetime | None = None
) -> dict[int, tuple[int, int]]:
    """Of each open lot that has any: its kind and how many units are available. `from_at`: only of periods that open then or later."""
    values = {"organisation": unit.organisation_id, "membership": case.id, "now": doer.now, "from": from_at}
    rows = unit.connection.execute(UNUSED, values)
    return {row.id: (row.kind_id, int(row.available)) for row in rows if row.available > 0}


def revoke_unused(
    unit: Unit, case: MembershipCase, doer: Doer, *, event_id: int, from_at: datetime | None = None
) -> int:
    """None of its credits can be used any more, with `from_at` none of periods that open then or later; returns how many units that were."""
    total = 0
    for lot, (kind, units) in unused_units(unit, case, doer, from_at=from_at).items():
        posting = Posting(
            member_id=case.member_id,
            kind_id=kind,
            membership_id=case.id,
            event_id=event_id,
            session_id=None,
            reason=None,
            recorded_at=doer.recorded_at,
            effective_at=doer.now,
            cause=f"revoke:event:{event_id}:{lot}",
        )
        post_entry(unit, posting, LedgerKind.REVOKE, units, lot)
        total += units
    return total
