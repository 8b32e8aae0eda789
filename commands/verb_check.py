"""What the twin of a verb answers that costs nobody anything: whether it may be done, or why not."""

from dataclasses import dataclass
from datetime import datetime

from commands.messages import message_of
from commands.outcome import Refused
from policy.terms import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbCheck:
    """Whether it may be done now."""

    allowed: bool
    code: RefusalCode | None
    message: str | None
    checked_at: datetime


def verb_check(fault: Refused | RefusalCode | None, *, now: datetime) -> VerbCheck:
    """The answer for what stands in the way, or for nothing."""
    if fault is None:
        return VerbCheck(allowed=True, code=None, message=None, checked_at=now)
    code, message = (fault.code, fault.message) if isinstance(fault, Refused) else (fault, message_of(fault))
    return VerbCheck(allowed=False, code=code, message=message, checked_at=now)
