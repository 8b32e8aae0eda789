"""Case effects become rows: the case itself, its deadline, and what waits for it: the session's completion, the coach's earning."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text

from commands.apply.subject import Subject
from commands.apply.work import Work
from models.unit import Unit
from policy.effects import ChangeCase, Conclude, Effect, FreeEarning, HoldEarning, SetCompletion
from policy.facts import Case
from policy.terms import WorkKind

OPEN = text("""
INSERT INTO session_case (organisation_id, kind, session_id, coach_id, member_id, status, opened_at, due_at, contradicted, asked, claim,
    result, reason, dispute_until, changed_at)
VALUES (:organisation, :kind, :session, :coach, :member, :status, :opened_at, :due_at, :contradicted, :asked, :claim,
    :result, :reason, :dispute_until, :now)
RETURNING id
""")

CHANGE = text("""
UPDATE session_case SET status = :status, due_at = :due_at, contradicted = :contradicted, claim = :claim, result = :result,
    reason = :reason, dispute_until = :dispute_until, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND id = :case
""")

# Whoever has read the session before must read it again: what may be done with it is different now.
TOUCH = text("""
UPDATE session SET version = version + 1, changed_at = :now WHERE organisation_id = :organisation AND id = :session
""")

COMPLETION = text("""
UPDATE session SET completes_at = :at WHERE organisation_id = :organisation AND id = :session
""")

HOLD = text("""
UPDATE earning SET status = 'PENDING', payable_at = NULL, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND session_id = :session AND status IN ('PENDING', 'PAYABLE')
""")

FREE = text("""
UPDATE earning SET status = 'PAYABLE', payable_at = :now, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND session_id = :session AND status = 'PENDING'
""")


def change_cases(unit: Unit, subject: Subject, effects: tuple[Effect, ...], *, now: datetime) -> list[Work]:
    """The cases stand as the effects say, and what waits for them does; returns their deadlines."""
    values = {"organisation": unit.organisation_id, "session": subject.session_id, "now": now}
    works: list[Work] = []
    for effect in effects:
        match effect:
            case ChangeCase():
                works += _change(unit, subject, effect.case, values)
            case SetCompletion():
                unit.connection.execute(COMPLETION, {**values, "at": effect.at})
                works += _completion(subject, effect)
            case HoldEarning():
                unit.connection.execute(HOLD, values)
            case FreeEarning():
                unit.connection.execute(FREE, values)
            case _:
                continue
    if _touches(effects):
        unit.connection.execute(TOUCH, values)
    return works


def _touches(effects: Iterable[Effect]) -> bool:
    kinds = {type(effect) for effect in effects}
    return ChangeCase in kinds and Conclude not in kinds


def _change(unit: Unit, subject: Subject, case: Case, common: dict[str, Any]) -> list[Work]:
    values = {
        **common,
        "case": case.id,
        "kind": case.kind,
        "coach": subject.coach_id,
        "member": subject.member_id,
        "status": case.status,
        "opened_at": case.opened_at,
        "due_at": case.due_at,
        "contradicted": case.contradicted,
        "asked": case.asked,
        "claim": case.claim,
        "result": case.result,
        "reason": case.reason,
        "dispute_until": case.dispute_until,
    }
    if case.id:
        unit.connection.execute(CHANGE, values)
        return _due(subject, case.id, case.due_at)
    return _due(subject, unit.connection.execute(OPEN, values).scalar_one(), case.due_at)


def _due(subject: Subject, case_id: int, at: datetime | None) -> list[Work]:
    """The case's deadline; without effect once its `due_at` is another instant."""
    if at is None:
        return []
    return [
        Work(
            kind=WorkKind.CASE_DUE,
            cause_key=f"case-due:{case_id}:{at.isoformat()}",
            persons=frozenset({subject.coach_id, subject.member_id}),
            object_id=subject.session_id,
            fires_at=at,
            strict=True,
        )
    ]


def _completion(subject: Subject, effect: SetCompletion) -> list[Work]:
    if effect.at is None:
        return []
    return [
        Work(
            kind=WorkKind.AUTO_COMPLETE,
            cause_key=f"auto-complete:{subject.session_id}:{effect.at.isoformat()}",
            persons=frozenset({subject.coach_id, subject.member_id}),
            object_id=subject.session_id,
            fires_at=effect.at,
            strict=True,
        )
    ]
