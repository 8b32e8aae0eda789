"""keepSession and its twin: the member chooses which of several bookings is kept (M12, D-14)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.decisions import Decision
from policy.keeping import decide_keep
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepSession(Acknowledged):
    """Keep this booking; the others of its question are cancelled at no cost."""


def keep_session(database: Database, request: Request, command: KeepSession) -> Outcome:
    """The booking keeps or gets the credit and the others are cancelled, or nothing happened and the answer says why."""
    return change_session(database, request, command, deciding(command, now=request.now))


def deciding(command: KeepSession, *, now: datetime) -> Decide:
    """How the rules are asked for a choice."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        return decide_keep(case.policy, case.facts, case.rivals, actor=kind, note=command.note, now=now)

    return decide
