"""answerInvestigation: the member answers the questions about a missed call and says what they have to show (M18, D-16)."""

from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import insert, text

from commands.change import Acknowledged, Decide, change_session
from commands.facts.sessions import SessionCase
from commands.outcome import Outcome
from commands.staff import invalid
from commands.transaction import Request
from models.case import CaseEvidence
from models.unit import Database, Unit
from policy.contests import decide_evidence
from policy.decisions import Decision
from policy.facts import Statement
from policy.investigation import LONGEST_ANSWER, MOST_ITEMS, Evidence, fault_of, unanswered
from policy.terms import ActorKind

ANSWER = text("""
UPDATE session_case SET answers = CAST(:answers AS jsonb) WHERE organisation_id = :organisation AND id = :case
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerInvestigation(Acknowledged):
    """Answers by the codes of their questions, and what there is to show."""

    answers: dict[str, str] = field(default_factory=dict[str, str])
    evidence: tuple[Evidence, ...] = ()


def answer_investigation(database: Database, request: Request, command: AnswerInvestigation) -> Outcome:
    """The answers lie with the case, which waits for staff now; nothing is kept of an answer that is refused."""
    fault = _fault(command)
    if fault is not None:
        return fault

    def keep(unit: Unit, case: SessionCase) -> None:
        if case.facts.open_case is not None:
            _keep(unit, command, case.facts.open_case.id, request.now)

    return change_session(database, request, command, deciding(command, now=request.now), also=keep)


def _fault(command: AnswerInvestigation) -> Outcome | None:
    missing = unanswered(command.answers)
    if missing is not None:
        return invalid(f"The question {missing} needs an answer, or was not asked.", "answers")
    if any(len(words) > LONGEST_ANSWER for words in command.answers.values()):
        return invalid(f"An answer has at most {LONGEST_ANSWER} characters.", "answers")
    if len(command.evidence) > MOST_ITEMS:
        return invalid(f"At most {MOST_ITEMS} items.", "evidence")
    for place, item in enumerate(command.evidence):
        wrong = fault_of(item)
        if wrong is not None:
            return invalid(wrong, "evidence", str(place))
    return None


def deciding(command: AnswerInvestigation, *, now: datetime) -> Decide:
    """How the rules are asked whether the member may answer."""

    def decide(_unit: Unit, case: SessionCase, kind: ActorKind) -> Decision:
        return decide_evidence(case.policy, case.facts, Statement(actor=kind, now=now, note=command.note))

    return decide


def _keep(unit: Unit, command: AnswerInvestigation, case_id: int, now: datetime) -> None:
    values = {
        "organisation": unit.organisation_id,
        "case": case_id,
        "answers": orjson.dumps(command.answers).decode(),
    }
    unit.connection.execute(ANSWER, values)
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "case_id": case_id,
            "name": item.name,
            "media_type": item.media_type,
            "octets": item.octets,
            "sha256": item.sha256,
            "reference": item.reference,
            "added_at": now,
        }
        for item in command.evidence
    ]
    if rows:
        unit.connection.execute(insert(CaseEvidence), rows)
