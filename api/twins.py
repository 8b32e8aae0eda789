"""The twins of the verbs on sessions: one question, asked for a whole page of sessions at once."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.context import Operation
from commands.cancel import CancelSession
from commands.cancel import deciding as deciding_cancel
from commands.change import Decide, check_cases
from commands.facts.sessions import SessionCase
from commands.outcome import ActionCheck
from commands.reschedule import RescheduleSession
from commands.reschedule import deciding as deciding_reschedule
from policy.terms import Side

NO_SESSION = 0
"""A twin's command names no session: it is asked about each session of a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A command that is only asked about; two of them are the same question exactly if their commands are equal."""

    command: CancelSession | RescheduleSession

    @property
    def question(self) -> Hashable:
        """What its answers are remembered under."""
        return self.command

    def check(self, operation: Operation, cases: Mapping[int, SessionCase]) -> Mapping[int, ActionCheck]:
        """What each of the sessions would answer to the command now."""
        decide = _deciding(self.command, operation.now)
        return check_cases(operation.unit, operation.actor, cases, decide, now=operation.now)


def _deciding(command: CancelSession | RescheduleSession, now: datetime) -> Decide:
    match command:
        case CancelSession():
            return deciding_cancel(command, now=now)
        case RescheduleSession():
            return deciding_reschedule(command, now=now)


def cancel_twin(on_behalf_of: Side | None, claim: str | None) -> Twin:
    """The twin of cancelSession."""
    for_member = on_behalf_of is Side.MEMBER
    return Twin(command=CancelSession(session_id=NO_SESSION, on_behalf_of_member=for_member, claim=claim))


def reschedule_twin(to: datetime | None, on_behalf_of: Side | None) -> Twin:
    """The twin of rescheduleSession."""
    for_member = on_behalf_of is Side.MEMBER
    return Twin(command=RescheduleSession(session_id=NO_SESSION, on_behalf_of_member=for_member, to=to))
