"""confirmNewTime: the member agrees to a time that the other side moved the session to (D-36)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.changing import decide_confirm
from policy.decisions import Decision
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmNewTime(Acknowledged):
    """Agree to the time at which the session now stands."""


def confirm_new_time(database: Database, request: Request, command: ConfirmNewTime) -> Outcome:
    """The ordinary notice applies to the session again; nothing else changes."""
    return change_session(database, request, command, deciding(now=request.now))


def deciding(*, now: datetime) -> Decide:
    """How the rules are asked whether the member may agree."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        return decide_confirm(case.policy, case.facts, actor=kind, now=now)

    return decide
