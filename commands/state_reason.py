"""stateReason and its twin: why a session was cancelled, stated afterwards or amended (A6, A12, A13, D-15, D-30, D-58)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.deciding import decide_stated_reason
from policy.decisions import Decision
from policy.facts import Statement
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class StateReason(Acknowledged):
    """The cancellation had this reason."""

    reason: str


def state_reason(database: Database, request: Request, command: StateReason) -> Outcome:
    """The reason stands with its terms; the session stays cancelled. An earlier reason is taken back."""
    return change_session(database, request, command, deciding(command, now=request.now))


def deciding(command: StateReason, *, now: datetime) -> Decide:
    """How the rules are asked for the reason of a cancellation."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(actor=kind, now=now, reason=command.reason, note=command.note)
        return decide_stated_reason(case.policy, case.facts, statement, case.change_facts(at=case.facts.starts_at))

    return decide
