"""The event of a change of a membership."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from commands.actor import Actor
from commands.apply.record import Record, write_event
from models.unit import Unit
from policy.terms import ActorKind

if TYPE_CHECKING:
    from commands.transaction import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Doer:
    """Who did what is written down, as of when, and because of what; `recorded_at` is later only for a deadline noticed late."""

    actor: Actor
    kind: ActorKind
    now: datetime
    recorded_at: datetime
    cause: str

    @staticmethod
    def of(request: "Request", kind: ActorKind) -> "Doer":
        """Who sent this request."""
        key = request.idempotency_key
        cause = "request" if key is None else f"request:{key}"
        return Doer(actor=request.actor, kind=kind, now=request.now, recorded_at=request.now, cause=cause)


def note_down(
    unit: Unit, doer: Doer, name: str, persons: frozenset[int], *, note: str | None = None, **said: Any
) -> int:
    """One event in the log of these people; returns its id."""
    record = Record(
        name=name,
        persons=persons,
        actor_kind=doer.kind,
        actor_id=doer.actor.person_id,
        api_key_id=doer.actor.api_key_id,
        cause=doer.cause,
        recorded_at=doer.recorded_at,
        effective_at=doer.now,
        effects=[said] if said else None,
        note=note,
    )
    return write_event(unit, record)
