"""A credit lot that has reached the end of its window (MODEL 5.6, 6)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.credits import Posting, post_entry
from commands.apply.record import Record, write_event
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import ActorKind, LedgerKind

LOT = text("""
SELECT lot.member_id, lot.kind_id, lot.membership_id,
    (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND to_lot_id = lot.id AND to_account = 'AVAILABLE')
    - (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND from_lot_id = lot.id AND from_account = 'AVAILABLE') AS available
FROM credit_lot AS lot WHERE lot.organisation_id = :organisation AND lot.id = :lot
""")


def close_lot(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """What is still available in the lot has expired as of its end; held units stay with their sessions (M1, D-08)."""
    lot = unit.connection.execute(LOT, {"organisation": unit.organisation_id, "lot": timer.object_id}).one()
    if lot.available == 0:
        return
    event = write_event(
        unit,
        Record(
            name="CREDIT_EXPIRED",
            persons=timer.persons,
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            cause=timer.cause_key,
            recorded_at=now,
            effective_at=timer.effective_at,
            effects=[{"kind": LedgerKind.EXPIRE, "units": lot.available, "lot": timer.object_id}],
        ),
    )
    posting = Posting(
        member_id=lot.member_id,
        kind_id=lot.kind_id,
        membership_id=lot.membership_id,
        event_id=event,
        session_id=None,
        reason=None,
        recorded_at=now,
        effective_at=timer.effective_at,
        cause=f"expire:{timer.object_id}",
    )
    post_entry(unit, posting, LedgerKind.EXPIRE, lot.available, timer.object_id)
