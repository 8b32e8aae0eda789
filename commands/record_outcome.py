"""recordOutcome and its twin: what became of a session, stated or amended (A2, A9 … A15, M15, O18, D-30)."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Acknowledged, Also, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.membership.outreach import attendance
from commands.outcome import Outcome
from commands.transaction import Request
from models.unit import Database, Unit
from policy.case_answers import decide_answer
from policy.decisions import Decision
from policy.facts import Statement
from policy.outcomes import decide_outcome
from policy.terms import ActorKind, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOutcome(Acknowledged):
    """It was held, or one side was absent, or it did not take place for this reason."""

    held: bool = False
    reason: str | None = None
    absent: Side | None = None


def record_outcome(database: Database, request: Request, command: RecordOutcome) -> Outcome:
    """What was stated stands, with everything that its reason costs; an earlier statement is taken back."""
    return change_session(
        database, request, command, deciding(command, now=request.now), also=attended(command, now=request.now)
    )


def attended(command: RecordOutcome, *, now: datetime) -> Also | None:
    """Who says that a session was held says that its member was there, which nobody has to look for then (D-23)."""

    def note(unit: Unit, case: SessionCase) -> None:
        attendance(unit, case.subject.member_id, start=case.subject.starts_at, now=now)

    return note if command.held else None


def deciding(command: RecordOutcome, *, now: datetime) -> Decide:
    """How the rules are asked for a statement about a session."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        statement = Statement(
            actor=kind, now=now, held=command.held, reason=command.reason, absent=command.absent, note=command.note
        )
        # While a case is open, what is said of the session answers it (MODEL 5.4).
        decide_statement = decide_outcome if case.facts.open_case is None else decide_answer
        return decide_statement(case.policy, case.facts, statement, case.change_facts(at=case.facts.starts_at))

    return decide
