"""The time in which somebody could object to an earning is over (D-47, MODEL 5.7)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.record import Record, write_event
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import ActorKind, EarningStatus

PAYABLE = text("""
UPDATE earning SET status = 'PAYABLE', changed_at = :at, version = version + 1
WHERE organisation_id = :organisation AND id = :earning AND status = 'PENDING' AND payable_at = :at RETURNING coach_id
""")


def become_payable(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """Nobody can object to the earning any more; nothing happens if it was reversed, or waits for something else."""
    values = {"organisation": unit.organisation_id, "earning": timer.object_id, "at": timer.effective_at}
    coach = unit.connection.execute(PAYABLE, values).scalar_one_or_none()
    if coach is None:
        return
    write_event(
        unit,
        Record(
            name="EARNING_PAYABLE",
            persons=frozenset({coach}),
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            cause=timer.cause_key,
            effects=[{"earning": timer.object_id, "status": EarningStatus.PAYABLE}],
            recorded_at=now,
            effective_at=timer.effective_at,
        ),
    )
