"""A session that has reached its end awaits its outcome (MODEL 5.1)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.record import Record, write_event
from models.queries.due_work import Timer
from models.unit import Unit
from policy.terms import ActorKind

END = text("""
UPDATE session SET status = 'AWAITING_OUTCOME', version = version + 1, changed_at = :at
WHERE organisation_id = :organisation AND id = :session AND status = 'SCHEDULED' AND NOT provisional AND ends_at = :at
RETURNING resolved_policy_id
""")


def end_session(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The session awaits its outcome; nothing happens if it was moved, cancelled or concluded before."""
    values = {"organisation": unit.organisation_id, "session": timer.object_id, "at": timer.effective_at}
    ended = unit.connection.execute(END, values).one_or_none()
    if ended is None:
        return
    write_event(
        unit,
        Record(
            name="SESSION_ENDED",
            persons=timer.persons,
            actor_kind=ActorKind.SYSTEM,
            actor_id=None,
            cause=timer.cause_key,
            session_id=timer.object_id,
            resolved_policy_id=ended.resolved_policy_id,
            recorded_at=now,
            effective_at=timer.effective_at,
        ),
    )
