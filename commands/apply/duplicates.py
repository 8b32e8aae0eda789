"""Effects about several bookings of which one is kept become rows: the question, its bookings, its deadline (MODEL 5.5)."""

from datetime import datetime

from sqlalchemy import text

from commands.apply.subject import Subject
from commands.apply.work import Work
from models.unit import Unit
from policy.effects import AskUntil, AskWhichToKeep, Effect, Keep, LeaveQuestion
from policy.terms import WorkKind

OPEN = text("""
INSERT INTO duplicate_case (organisation_id, member_id, kind_id, status, opened_at, due_at)
VALUES (:organisation, :member, :kind, 'OPEN', :now, :due) RETURNING id
""")
JOIN = text("""
INSERT INTO duplicate_session (organisation_id, case_id, session_id)
SELECT :organisation, :case, session FROM unnest(CAST(:sessions AS bigint[])) AS session
ON CONFLICT DO NOTHING
""")
ASK_AGAIN = text("""
UPDATE duplicate_case SET due_at = :due, asked = asked + 1 WHERE organisation_id = :organisation AND id = :case
""")
LEAVE = text("""
DELETE FROM duplicate_session WHERE organisation_id = :organisation AND case_id = :case AND session_id = :session
""")
RESOLVE = text("""
UPDATE duplicate_case SET status = 'RESOLVED', resolved_at = :now, kept_id = coalesce((
    SELECT min(one.session_id) FROM duplicate_session AS one
    JOIN session ON session.organisation_id = one.organisation_id AND session.id = one.session_id
    WHERE one.organisation_id = :organisation AND one.case_id = :case AND session.status = 'SCHEDULED'), :session)
WHERE organisation_id = :organisation AND id = :case
""")
ASKED = text("""
SELECT asked, ARRAY(SELECT DISTINCT session.coach_id FROM duplicate_session AS one
    JOIN session ON session.organisation_id = one.organisation_id AND session.id = one.session_id
    WHERE one.organisation_id = :organisation AND one.case_id = :case) AS coaches
FROM duplicate_case WHERE organisation_id = :organisation AND id = :case
""")


def post_questions(unit: Unit, subject: Subject, effects: tuple[Effect, ...], *, now: datetime) -> list[Work]:
    """The question is put, put again, left or answered as the effects say; returns the timer of its deadline.

    The sessions stand already as the same effects say.
    """
    works: list[Work] = []
    own = {"organisation": unit.organisation_id, "session": subject.session_id, "now": now}
    for effect in effects:
        match effect:
            case AskWhichToKeep():
                works.append(_ask(unit, subject, effect, now=now))
            case AskUntil():
                values = {**own, "case": effect.question, "due": effect.due_at}
                unit.connection.execute(ASK_AGAIN, values)
                works.append(_timer(unit, subject, effect.question, effect.due_at))
            case LeaveQuestion():
                unit.connection.execute(LEAVE, {**own, "case": effect.question})
            case Keep():
                unit.connection.execute(RESOLVE, {**own, "case": effect.question})
            case _:
                continue
    return works


def _ask(unit: Unit, subject: Subject, effect: AskWhichToKeep, *, now: datetime) -> Work:
    values = {
        "organisation": unit.organisation_id,
        "member": subject.member_id,
        "kind": subject.kind_id,
        "now": now,
        "due": effect.due_at,
    }
    case = effect.question or unit.connection.execute(OPEN, values).scalar_one()
    sessions = sorted({subject.session_id, *effect.sessions})
    unit.connection.execute(JOIN, {**values, "case": case, "sessions": sessions})
    if effect.question:
        unit.connection.execute(ASK_AGAIN, {**values, "case": case})
    return _timer(unit, subject, case, effect.due_at)


def _timer(unit: Unit, subject: Subject, case: int, due_at: datetime) -> Work:
    """Everybody whom the answer may touch; a timer that was set before has no effect any more."""
    row = unit.connection.execute(ASKED, {"organisation": unit.organisation_id, "case": case}).one()
    return Work(
        kind=WorkKind.DUPLICATE_REPLY,
        cause_key=f"duplicate-reply:{case}:{row.asked}",
        persons=frozenset({subject.member_id, *row.coaches}),
        object_id=case,
        fires_at=due_at,
        strict=True,
    )
