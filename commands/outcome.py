"""What a command answers. A business answer is a value; only what must leave no trace is raised (ARCHITECTURE)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter

from commands.membership_effect import MembershipEffect
from commands.messages import message_of
from commands.person_effect import PersonEffect
from policy.decisions import Consequence, Decision
from policy.series import SeriesPlan
from policy.terms import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionCheck:
    """What a twin answers: may it happen, until when, and what follows; `consequence` is None where it may not."""

    allowed: bool
    late: bool
    code: RefusalCode | None
    decision: Decision | None
    consequence: Consequence | None
    checked_at: datetime

    @property
    def message(self) -> str | None:
        """The sentence of its code, for a person."""
        return None if self.code is None else message_of(self.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The act took effect: the object it concerns, the event that records it, and what followed."""

    object_id: int
    event_id: int
    consequence: Consequence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Nothing happened, and why; `check` carries the preview where the rules were asked, `effect` what a person's change
    touches, `change` what a membership's does, `plan` what was planned for a series.
    """

    code: RefusalCode
    message: str
    check: ActionCheck | None = None
    alternatives: tuple[datetime, ...] = ()
    path: tuple[str, ...] = ()
    effect: PersonEffect | None = None
    change: MembershipEffect | None = None
    plan: SeriesPlan | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Nothing happened: the object has changed since the caller read it."""

    object_id: int
    code: RefusalCode = RefusalCode.STALE_VERSION
    message: str = "The object has changed since it was read."


Outcome = Done | Refused | Stale

_DONE: TypeAdapter[Done] = TypeAdapter(Done)


def refused(code: RefusalCode, *, message: str | None = None, path: tuple[str, ...] = ()) -> Refused:
    """A refusal that rests on no more than its code."""
    return Refused(code=code, message=message or message_of(code), path=path)


def check_of(decision: Decision, consequence: Consequence | None, *, now: datetime) -> ActionCheck:
    """The answer of a twin; a decision that only lacks its acknowledgement is allowed, late and costly."""
    return ActionCheck(
        allowed=decision.allowed,
        late=decision.late,
        code=decision.code,
        decision=decision,
        consequence=consequence if decision.allowed else None,
        checked_at=now,
    )


def done_to_json(done: Done) -> dict[str, Any]:
    """A stored outcome, for the idempotency key."""
    return _DONE.dump_python(done, mode="json")


def done_from_json(stored: dict[str, Any]) -> Done:
    """The outcome that was stored under an idempotency key."""
    return _DONE.validate_python(stored)
