"""Slot effects become the session's row and the intervals in which its people are taken."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from commands.apply.notices import Subject
from commands.apply.work import Work, push_lane
from models.unit import Unit
from policy.aftermath import nudge_at, reminders_at
from policy.decisions import Decision, decision_to_json
from policy.effects import Book, Cancel, Conclude, ConfirmTime, Effect, Firm, Move, Undecided
from policy.questionnaires import questionnaire_reminders_at
from policy.resolved import ResolvedPolicy
from policy.terms import WorkKind

TAKE = text("""
INSERT INTO busy (organisation_id, person_id, session_id, during)
SELECT :organisation, person, :session, tstzrange(:start, :end) FROM unnest(CAST(:persons AS bigint[])) AS person
""")

MOVE = text("""
WITH moved AS (
    UPDATE session SET starts_at = :start, ends_at = :end, version = version + 1, sequence = sequence + 1, changed_at = :now,
        calendar_changed_at = :now, late = :late, reason = :reason, on_behalf_of = :on_behalf_of,
        moved_by_other_unconfirmed = :unconfirmed, first_starts_at = least(first_starts_at, :start),
        decision = CAST(:decision AS jsonb)
    WHERE organisation_id = :organisation AND id = :session RETURNING id, version
), noted AS (
    INSERT INTO session_move (organisation_id, session_id, by, moved_at, from_starts_at, to_starts_at)
    SELECT :organisation, id, :by, :now, :before, :start FROM moved
), taken AS (
    UPDATE busy SET during = tstzrange(:start, :end) FROM moved
    WHERE busy.organisation_id = :organisation AND busy.session_id = moved.id
)
SELECT version FROM moved
""")

CANCEL = text("""
WITH cancelled AS (
    UPDATE session SET status = 'CANCELLED', version = version + 1, sequence = sequence + 1, changed_at = :now,
        calendar_changed_at = :now, late = :late, reason = :reason, fault = :fault, disposition = :disposition,
        cancelled_by = :by, on_behalf_of = :on_behalf_of, provisional = false, decision = CAST(:decision AS jsonb),
        recorded_at = :now, stated_at = :now, stated_by = :by
    WHERE organisation_id = :organisation AND id = :session RETURNING id, version
), freed AS (
    DELETE FROM busy USING cancelled WHERE busy.organisation_id = :organisation AND busy.session_id = cancelled.id
)
SELECT version FROM cancelled
""")

UNDECIDED = text("""
UPDATE session SET undecided = true, recorded_at = NULL, stated_at = NULL, stated_by = NULL, decided_by = :decided_by,
    decide_by = :decide_by, on_silence = :on_silence, claim = :claim
WHERE organisation_id = :organisation AND id = :session
""")

CONCLUDE = text("""
UPDATE session SET status = :status, reason = :reason, fault = :fault, disposition = :disposition, late = :late,
    version = version + 1, changed_at = :now, recorded_at = coalesce(recorded_at, :now), stated_at = :now, stated_by = :by,
    undecided = false, completes_at = NULL, decision = CAST(:decision AS jsonb)
WHERE organisation_id = :organisation AND id = :session RETURNING version
""")

FIRM = text("""
UPDATE session SET provisional = false, version = version + 1, sequence = sequence + 1, changed_at = :now, calendar_changed_at = :now
WHERE organisation_id = :organisation AND id = :session RETURNING version
""")

CONFIRM = text("""
UPDATE session SET moved_by_other_unconfirmed = false, version = version + 1, changed_at = :now
WHERE organisation_id = :organisation AND id = :session RETURNING version
""")


def change_slots(unit: Unit, subject: Subject, decision: Decision, *, now: datetime) -> int:
    """The session and its intervals are as the decision says; returns the session's new version."""
    version = subject.version
    for effect in decision.effects:
        values = {"organisation": unit.organisation_id, "session": subject.session_id, "now": now}
        match effect:
            case Book():
                _take(unit, subject, effect)
            case Move():
                version = unit.connection.execute(MOVE, {**values, **_moved(effect, decision)}).scalar_one()
            case Cancel():
                version = unit.connection.execute(CANCEL, {**values, **_cancelled(effect, decision)}).scalar_one()
            case Undecided():
                unit.connection.execute(UNDECIDED, {**values, **_undecided(effect)})
            case Conclude():
                version = unit.connection.execute(CONCLUDE, {**values, **_concluded(effect, decision)}).scalar_one()
            case ConfirmTime():
                version = unit.connection.execute(CONFIRM, values).scalar_one()
            case Firm():
                version = unit.connection.execute(FIRM, values).scalar_one()
            case _:
                continue
    return version


def _take(unit: Unit, subject: Subject, effect: Book) -> None:
    values = {
        "organisation": unit.organisation_id,
        "session": subject.session_id,
        "persons": sorted({subject.coach_id, subject.member_id}),
        "start": effect.starts_at,
        "end": effect.ends_at,
    }
    unit.connection.execute(TAKE, values)


def _moved(effect: Move, decision: Decision) -> dict[str, Any]:
    return {
        "start": effect.starts_at,
        "end": effect.ends_at,
        "before": effect.starts_at_before,
        "by": effect.by,
        "late": effect.late,
        "reason": effect.reason,
        "on_behalf_of": effect.on_behalf_of,
        "unconfirmed": effect.unconfirmed,
        "decision": decision_text(decision),
    }


def _cancelled(effect: Cancel, decision: Decision) -> dict[str, Any]:
    return {
        "late": effect.late,
        "reason": effect.reason,
        "fault": effect.fault,
        "disposition": effect.disposition,
        "by": effect.by,
        "on_behalf_of": effect.on_behalf_of,
        "decision": decision_text(decision),
    }


def _undecided(effect: Undecided) -> dict[str, Any]:
    return {
        "decided_by": effect.decided_by,
        "decide_by": effect.decide_by,
        "on_silence": effect.on_silence,
        "claim": effect.claim,
    }


def _concluded(effect: Conclude, decision: Decision) -> dict[str, Any]:
    return {
        "status": effect.status,
        "reason": effect.reason,
        "fault": effect.fault,
        "disposition": effect.disposition,
        "late": effect.late,
        "by": effect.by,
        "decision": decision_text(decision),
    }


def decision_text(decision: Decision) -> str:
    """The decision as JSON text, for a jsonb column."""
    return orjson.dumps(decision_to_json(decision)).decode()


def session_work(
    subject: Subject, policy: ResolvedPolicy, effects: Iterable[Effect], *, version: int, now: datetime
) -> list[Work]:
    """What a change of the session makes due: its end, reminders of it, and the push to the coach's calendar."""
    persons = frozenset({subject.coach_id, subject.member_id})
    works: list[Work] = []
    for effect in effects:
        match effect:
            case Book() | Move():
                works.append(_end(subject.session_id, persons, effect.ends_at))
                works += _reminders(subject.session_id, policy, persons, effect.starts_at, now=now)
                works.append(push_of(subject.session_id, subject.coach_id, subject.member_id, version=version, now=now))
            case Cancel() | Firm():
                works.append(push_of(subject.session_id, subject.coach_id, subject.member_id, version=version, now=now))
            case Undecided() if effect.decide_by is not None:
                works.append(_decision_due(subject.session_id, persons, effect.decide_by))
            case _:
                continue
    return works


def _reminders(
    session_id: int, policy: ResolvedPolicy, persons: frozenset[int], starts_at: datetime, *, now: datetime
) -> list[Work]:
    """The reminders of a start that was agreed now, and the nudge of who has not appeared."""
    due = [(WorkKind.REMINDER, at) for at in reminders_at(policy, starts_at, agreed_at=now)]
    asked = questionnaire_reminders_at(policy, starts_at, agreed_at=now)
    due += [(WorkKind.QUESTIONNAIRE_REMINDER, at) for at in asked]
    nudge = nudge_at(policy, starts_at)
    if nudge is not None:
        due.append((WorkKind.NUDGE, nudge))
    return [
        Work(
            kind=kind,
            cause_key=f"{kind.lower()}:{session_id}:{starts_at.isoformat()}:{at.isoformat()}",
            persons=persons,
            object_id=session_id,
            fires_at=at,
        )
        for kind, at in due
    ]


def _decision_due(session_id: int, persons: frozenset[int], at: datetime) -> Work:
    return Work(
        kind=WorkKind.REASON_DUE,
        cause_key=f"reason-due:{session_id}",
        persons=persons,
        object_id=session_id,
        fires_at=at,
        strict=True,
    )


def _end(session_id: int, persons: frozenset[int], ends_at: datetime) -> Work:
    return Work(
        kind=WorkKind.SESSION_END,
        cause_key=f"session-end:{session_id}:{ends_at.isoformat()}",
        persons=persons,
        object_id=session_id,
        fires_at=ends_at,
    )


def push_of(session_id: int, coach_id: int, member_id: int, *, version: int, now: datetime) -> Work:
    """The push that brings the calendars of both to this version of the session; those of one calendar keep their order."""
    return Work(
        kind=WorkKind.GOOGLE_PUSH,
        cause_key=f"google-push:{session_id}:{version}",
        persons=frozenset({coach_id, member_id}),
        object_id=session_id,
        fires_at=now,
        lane=push_lane(coach_id),
        copy_for=member_id,
    )


def push_of_hold(
    proposal_id: int, coach_id: int, persons: frozenset[int], *, version: int | str, now: datetime
) -> Work:
    """The push that brings the coach's calendar to this version of a proposal: the times that it holds, or no more."""
    return Work(
        kind=WorkKind.GOOGLE_HOLD,
        cause_key=f"google-hold:{proposal_id}:{version}",
        persons=persons,
        object_id=proposal_id,
        fires_at=now,
        lane=push_lane(coach_id),
    )
