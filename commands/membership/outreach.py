"""A member cannot be reached: the case, its clocks, the warning, the end, and the sign of life that resolves it (D-23)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, text

from commands.actor import system
from commands.apply.work import Work, schedule
from commands.membership.case import MembershipCase, membership_case
from commands.membership.end import end_membership
from commands.membership.log import Doer, note_down
from commands.membership.tasks import About, open_task
from models.outreach import OutreachAttempt
from models.queries.due_work import Timer
from models.unit import Unit
from policy import tasks
from policy.memberships import ENTITLED
from policy.outreach import churn_due, warning_at
from policy.terms import ActorKind, MembershipStatus, Side, WorkKind

OPEN = text("""
INSERT INTO outreach (organisation_id, membership_id, member_id, status, opened_at)
VALUES (:organisation, :membership, :member, 'OPEN', :now) ON CONFLICT DO NOTHING
""")
OF_MEMBERSHIP = text("""
SELECT * FROM outreach WHERE organisation_id = :organisation AND membership_id = :membership AND status = 'OPEN'
""")
OF_ID = text("SELECT * FROM outreach WHERE organisation_id = :organisation AND id = :outreach")
CLOCKS = text("""
UPDATE outreach SET coach_first_at = :coach, team_first_at = :team, due_at = :due
WHERE organisation_id = :organisation AND id = :outreach
""")
CLOSE = text("""
UPDATE outreach SET status = :status, closed_at = :now WHERE organisation_id = :organisation AND id = :outreach
""")
RESOLVE = text("""
UPDATE outreach SET status = 'RESOLVED', closed_at = :now
WHERE organisation_id = :organisation AND member_id = :member AND status = 'OPEN' RETURNING id
""")
ATTENDED = text("""
UPDATE outreach SET status = 'RESOLVED', closed_at = :now
WHERE organisation_id = :organisation AND member_id = :member AND status = 'OPEN' AND opened_at <= :start
""")


def open_outreach(unit: Unit, case: MembershipCase, *, now: datetime) -> Row[Any]:
    """The open case of the membership; a new one where there was none."""
    values = {"organisation": unit.organisation_id, "membership": case.id, "member": case.member_id, "now": now}
    unit.connection.execute(OPEN, values)
    return unit.connection.execute(OF_MEMBERSHIP, values).one()


def log_attempt(unit: Unit, case: MembershipCase, said: str, doer: Doer) -> list[Work]:
    """The attempt is logged and the clocks run from the first one of each side; returns the warning and the due instant."""
    found = open_outreach(unit, case, now=doer.now)
    side = Side.COACH if doer.kind is ActorKind.COACH else None
    row = insert(OutreachAttempt).values(
        organisation_id=unit.organisation_id,
        outreach_id=found.id,
        side=side,
        person_id=doer.actor.person_id,
        text=said,
        made_at=doer.now,
    )
    unit.connection.execute(row)
    coach = found.coach_first_at or (doer.now if side is Side.COACH else None)
    team = found.team_first_at or (doer.now if side is None else None)
    due = churn_due(case.policy, case.zone, coach_first_at=coach, team_first_at=team)
    values = {"organisation": unit.organisation_id, "outreach": found.id, "coach": coach, "team": team, "due": due}
    unit.connection.execute(CLOCKS, values)
    return [] if due is None else _timers(case, found.id, due.astimezone(UTC))


def _timers(case: MembershipCase, outreach: int, due: datetime) -> list[Work]:
    """Without effect once the case is closed, or due at another instant."""
    return [
        Work(
            kind=kind,
            cause_key=f"{kind.lower().replace('_', '-')}:{outreach}:{due.isoformat()}",
            persons=case.persons,
            object_id=outreach,
            fires_at=at,
            strict=kind is WorkKind.OUTREACH_DUE,
        )
        for kind, at in ((WorkKind.OUTREACH_WARNING, warning_at(due)), (WorkKind.OUTREACH_DUE, due))
    ]


def warn_of_churn(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The team knows that the membership ends in a week."""
    found = _still_open(unit, timer)
    if found is None:
        return
    doer, case = _met(unit, timer, found, now=now)
    event = note_down(unit, doer, "OUTREACH_WARNED", frozenset({case.member_id}), outreach=found.id)
    coach = min(case.coaches, default=None)
    about = About(member_id=case.member_id, raised_by_id=coach or case.member_id, said="", coach_id=coach)
    schedule(unit, open_task(unit, tasks.CHURN, about, doer, event_id=event, days=None))


def churn(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The membership has churned as of the due instant: nobody gave a sign of life. Nothing is refunded, nothing renews."""
    found = _still_open(unit, timer)
    if found is None:
        return
    doer, case = _met(unit, timer, found, now=now)
    if case.status in ENTITLED:
        end_membership(unit, case, MembershipStatus.CHURNED, doer, told=False)
    values = {"organisation": unit.organisation_id, "outreach": found.id, "status": "CHURNED", "now": doer.now}
    unit.connection.execute(CLOSE, values)


def _still_open(unit: Unit, timer: Timer) -> Row[Any] | None:
    values = {"organisation": unit.organisation_id, "outreach": timer.object_id}
    found = unit.connection.execute(OF_ID, values).one()
    if found.status != "OPEN" or found.due_at is None:
        return None
    return found if timer.cause_key.endswith(found.due_at.astimezone(UTC).isoformat()) else None


def _met(unit: Unit, timer: Timer, found: Row[Any], *, now: datetime) -> tuple[Doer, MembershipCase]:
    case = membership_case(unit, found.membership_id, before=timer.effective_at)
    if case is None:
        raise LookupError("an outreach is about a membership")
    doer = Doer(
        actor=system(unit.organisation_id),
        kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        recorded_at=now,
        cause=timer.cause_key,
    )
    return doer, case


def sign_of_life(unit: Unit, member_id: int, *, now: datetime) -> None:
    """Whatever the member has just done: nobody needs to look for them any more, and both clocks begin anew (D-23)."""
    unit.connection.execute(RESOLVE, {"organisation": unit.organisation_id, "member": member_id, "now": now})


def attendance(unit: Unit, member_id: int, *, start: datetime, now: datetime) -> None:
    """The member was in a session since they are sought, by the word of its coach or of staff: a sign of life too (MODEL 5.7)."""
    values = {"organisation": unit.organisation_id, "member": member_id, "start": start, "now": now}
    unit.connection.execute(ATTENDED, values)
