"""What tells somebody and changes nothing: reminders, nudges, prompts; dropped when their moment has passed (MODEL 8)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import text

from commands.apply.notices import messages_of, write_messages
from commands.apply.record import Record, write_events
from commands.apply.work import mails_of, schedule
from commands.facts.sessions import SessionCase, sessions_alone
from commands.series.rule import rule_of
from commands.settle import settle
from models.queries.due_work import finish, who_waits
from models.queries.questionnaires import questionnaires_of
from models.queries.series import places_of_sessions, series_of_ids
from models.unit import Database, Unit, lock_persons
from policy.aftermath import nudge_notices, prompt_notices, reminder_notices, shift_notices
from policy.decisions import Decision, DecisionFacts
from policy.effects import Notify
from policy.matters import QuestionnaireStatus
from policy.questionnaires import questionnaire_notices
from policy.series import sides_at_another_hour
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


UNDONE = text("""
SELECT id, cause_key FROM due_work
WHERE organisation_id = :organisation AND id = ANY(CAST(:works AS bigint[])) AND done_at IS NULL
""")


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


def _shift(unit: Unit, case: SessionCase, _due: datetime, now: datetime) -> tuple[Notify, ...]:
    place = places_of_sessions(unit, [case.subject.session_id])[case.subject.session_id]
    rule = rule_of(series_of_ids(unit, [place.series_id])[place.series_id])
    # Somebody may live elsewhere by now: whoever is told is who sees the other hour today.
    return shift_notices(case.facts, sides_at_another_hour(rule, case.zones, place.on_date), now=now)


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
        _tell(unit, [occasion])


def tell_together(database: Database, occasions: Sequence[Occasion]) -> frozenset[int]:
    """The same for works of one kind, organisation and instant, in one transaction; returns which of them are done.

    One whose people have something due before is left to be told alone.
    """
    first, persons = occasions[0], frozenset[int]().union(*(one.persons for one in occasions))
    with database.unit(first.organisation_id) as unit:
        lock_persons(unit, persons)
        waiting = who_waits(unit, persons, now=first.now)
        free = [one for one in occasions if waiting.isdisjoint(one.persons)]
        _tell(unit, free)
    return frozenset(one.work_id for one in free)


def _tell(unit: Unit, occasions: Sequence[Occasion]) -> None:
    """Under the locks of all their people, with nothing due for them."""
    if not occasions:
        return
    values = {"organisation": unit.organisation_id, "works": [one.work_id for one in occasions]}
    causes = {row.id: row.cause_key for row in unit.connection.execute(UNDONE, values)}
    undone = [one for one in occasions if one.work_id in causes]
    cases = sessions_alone(unit, [one.session_id for one in undone])
    _write(unit, [told for one in undone for told in _told(unit, one, cases[one.session_id], causes[one.work_id])])
    finish(unit, [one.work_id for one in undone], now=occasions[0].now)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """An occasion of which there is something to tell."""

    occasion: Occasion
    case: SessionCase
    said: Decision
    record: Record


def _told(unit: Unit, occasion: Occasion, case: SessionCase, cause: str) -> Iterator[_Told]:
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
    yield _Told(occasion=occasion, case=case, said=_said(case, notices, occasion.now), record=record)


def _write(unit: Unit, told: Sequence[_Told]) -> None:
    """Each stands in the log, its messages stand, and their mails are due."""
    if not told:
        return
    events = write_events(unit, [one.record for one in told])
    rows = [_messages(unit, one, event) for one, event in zip(told, events, strict=True)]
    causes = [one.occasion.work_id for one, own in zip(told, rows, strict=True) for _ in own]
    written = write_messages(unit, [row for own in rows for row in own])
    mails = mails_of(written, now=told[0].occasion.now)
    schedule(unit, [replace(mail, after=cause) for mail, cause in zip(mails, causes, strict=True)])


def _messages(unit: Unit, told: _Told, event: int) -> list[dict[str, Any]]:
    return messages_of(unit, told.case.subject, told.said, event_id=event, note=None, now=told.occasion.now)


def _said(case: SessionCase, notices: tuple[Notify, ...], now: datetime) -> Decision:
    """Nothing is decided: the messages alone."""
    start = case.facts.starts_at
    return Decision(allowed=True, facts=DecisionFacts(now=now, start=start, notice=start - now), effects=notices)
