"""contestOutcome: the member objects to what was recorded, or disputes that a session was held (D-16, D-33, D-47)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.contests import decide_contest
from policy.decisions import Decision
from policy.facts import Statement
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class ContestOutcome(Acknowledged):
    """What was recorded is wrong; `claim`: what the member says that it was instead, such as PLATFORM_FAILURE."""

    claim: str | None = None


def contest_outcome(database: Database, request: Request, command: ContestOutcome) -> Outcome:
    """Staff have to decide, after questions to the member where the policy asks them; the coach's pay waits."""
    return change_session(database, request, command, deciding(command, now=request.now))


def deciding(command: ContestOutcome, *, now: datetime) -> Decide:
    """How the rules are asked for an objection."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(actor=kind, now=now, note=command.note)
        return decide_contest(case.policy, case.facts, statement, claim=command.claim)

    return decide
