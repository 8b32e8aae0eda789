"""What tells somebody and changes nothing: reminders, nudges, prompts; dropped when their moment has passed (MODEL 8)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.apply.notices import notify
from commands.apply.record import Record, write_event
from commands.apply.work import schedule
from commands.facts.sessions import SessionCase, session_cases
from commands.settle import settle
from models.queries.due_work import finish
from models.queries.questionnaires import questionnaires_of
from models.unit import Database, Unit, lock_persons
from policy.aftermath import nudge_notices, prompt_notices, reminder_notices, shift_notices
from policy.decisions import Decision, DecisionFacts
from policy.effects import Notify
from policy.matters import QuestionnaireStatus
from policy.questionnaires import questionnaire_notices
from policy.terms import ActorKind, WorkKind

Telling = Callable[[Unit, SessionCase, datetime, datetime], tuple[Notify, ...]]
"""Who is told what of a session, by a work that was due then, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """A due work that tells somebody of a session."""

    organisation_id: int
    work_id: int
    kind: WorkKind
    session_id: int
    persons: frozenset[int]
    due: datetime
    now: datetime


UNDONE = text("SELECT cause_key FROM due_work WHERE organisation_id = :organisation AND id = :work AND done_at IS NULL")


def _remind(_unit: Unit, case: SessionCase, due: datetime, now: datetime) -> tuple[Notify, ...]:
    return reminder_notices(case.policy, case.facts, due=due, now=now)


def _nudge(_unit: Unit, case: SessionCase, due: datetime, now: datetime) -> tuple[Notify, ...]:
    return nudge_notices(case.policy, case.facts, due=due, now=now)


def _ask(_unit: Unit, case: SessionCase, due: datetime, now: datetime) -> tuple[Notify, ...]:
    return prompt_notices(case.policy, case.facts, due=due, now=now)


def _remind_of_questionnaire(unit: Unit, case: SessionCase, due: datetime, now: datetime) -> tuple[Notify, ...]:
    row = questionnaires_of(unit, [case.subject.session_id]).get(case.subject.session_id)
    status = QuestionnaireStatus.OPEN if row is None else QuestionnaireStatus(row.status)
    return questionnaire_notices(case.policy, case.facts, status, due=due, now=now)


def _shift(_unit: Unit, case: SessionCase, _due: datetime, now: datetime) -> tuple[Notify, ...]:
    return shift_notices(case.policy, case.facts, now=now)


TELLINGS: Mapping[WorkKind, tuple[str, Telling]] = {
    WorkKind.REMINDER: ("SESSION_REMINDED", _remind),
    WorkKind.QUESTIONNAIRE_REMINDER: ("QUESTIONNAIRE_REMINDED", _remind_of_questionnaire),
    WorkKind.NUDGE: ("ABSENT_NUDGED", _nudge),
    WorkKind.OUTCOME_PROMPT: ("OUTCOME_ASKED", _ask),
    WorkKind.SHIFT_NOTICE: ("SHIFT_ANNOUNCED", _shift),
}
"""What the log calls each of them, and how it is found out whom it concerns."""


def tell(database: Database, occasion: Occasion) -> None:
    """Whom it concerns is told, once, or nobody any more; the work is done. What was due before is applied first."""
    settle(database, occasion.organisation_id, occasion.persons, now=occasion.now)
    with database.unit(occasion.organisation_id) as unit:
        lock_persons(unit, occasion.persons)
        values = {"organisation": occasion.organisation_id, "work": occasion.work_id}
        cause = unit.connection.execute(UNDONE, values).scalar_one_or_none()
        if cause is None:
            return
        _tell(unit, occasion, cause)
        finish(unit, occasion.work_id, now=occasion.now)


def _tell(unit: Unit, occasion: Occasion, cause: str) -> None:
    case = session_cases(unit, [occasion.session_id], now=occasion.now)[occasion.session_id]
    name, telling = TELLINGS[occasion.kind]
    notices = telling(unit, case, occasion.due, occasion.now)
    if not notices:
        return
    record = Record(
        name=name,
        persons=case.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=cause,
        session_id=occasion.session_id,
        resolved_policy_id=case.subject.resolved_policy_id,
        recorded_at=occasion.now,
        effective_at=occasion.now,
    )
    event, said = write_event(unit, record), _said(case, notices, occasion.now)
    schedule(unit, notify(unit, case.subject, said, event_id=event, note=None, now=occasion.now))


def _said(case: SessionCase, notices: tuple[Notify, ...], now: datetime) -> Decision:
    """Nothing is decided: the messages alone."""
    start = case.facts.starts_at
    return Decision(allowed=True, facts=DecisionFacts(now=now, start=start, notice=start - now), effects=notices)
