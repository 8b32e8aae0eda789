"""decideCase: staff decide an open case by saying what became of the session (MODEL 5.4)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.record_outcome import RecordOutcome, attended
from commands.transaction import Request
from models.unit import Database, Unit
from policy.case_answers import decide_case as decide_by_rules
from policy.decisions import Decision
from policy.facts import Statement
from policy.terms import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCase(RecordOutcome):
    """What became of the session, as staff find it."""


def decide_case(database: Database, request: Request, command: DecideCase) -> Outcome:
    """The case is closed, for the member or not, with everything that this costs or gives back."""
    return change_session(
        database, request, command, deciding(command, now=request.now), also=attended(command, now=request.now)
    )


def deciding(command: DecideCase, *, now: datetime) -> Decide:
    """How the rules are asked for a decision of staff."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(
            actor=kind, now=now, held=command.held, reason=command.reason, absent=command.absent, note=command.note
        )
        return decide_by_rules(case.policy, case.facts, statement, case.change_facts(at=case.facts.starts_at))

    return decide
