"""What became of a session, as tallies look at it."""

from dataclasses import dataclass
from datetime import datetime

from commands.apply.subject import Subject
from policy.effects import Effect
from policy.resolved import ResolvedPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """What became of a session, with the event that says so; `noticed_at` is later than `now` only for a deadline noticed late."""

    subject: Subject
    policy: ResolvedPolicy | None
    effects: tuple[Effect, ...]
    reason: str | None
    event_id: int
    now: datetime
    noticed_at: datetime
