"""switchCoach and its twin: staff give a member another coach in one step (O29, O30, D-25)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, text

from commands.actor import Actor
from commands.apply.work import schedule
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.released import release_sessions, sessions_to_come, tell_released
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused, refused
from commands.series.stop import stop_series
from commands.transaction import Request
from models.membership import Engagement
from models.queries.due_work import concern_all
from models.unit import Database, Unit, require_locked
from policy.matters import MembershipNews
from policy.memberships import ENTITLED
from policy.terms import ActorKind, EngagementStatus, RefusalCode, WorkKind

COACH = text("""
SELECT person.id, person.name FROM coach JOIN person ON person.organisation_id = coach.organisation_id AND person.id = coach.person_id
WHERE coach.organisation_id = :organisation AND coach.person_id = :coach AND person.deactivated_at IS NULL
""")
END = text("""
UPDATE engagement SET status = 'ENDED', ended_at = :now
WHERE organisation_id = :organisation AND membership_id = :membership AND coach_id = :coach AND status <> 'ENDED'
""")
TIMERS = (WorkKind.RENEWAL, WorkKind.OUTREACH_DUE, WorkKind.OUTREACH_WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchCoach(MembershipCommand):
    """From this coach to that one; `note`: why, for the log."""

    from_id: int
    to_id: int
    note: str | None = None


def switch_coach(database: Database, request: Request, command: SwitchCoach) -> Outcome:
    """The old engagement and its sessions have ended without loss at any notice, and the new one has begun. No fee, no minimum term."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, command.from_id, command.to_id, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        return _switch(unit, case, command, doer)

    return change_membership(database, request, command, look, write)


def check_switch_coach(
    unit: Unit, actor: Actor, membership_id: int, *, from_id: int, to_id: int, now: datetime
) -> MembershipCheck:
    """What the switch would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, from_id, to_id, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def _look(
    unit: Unit, case: MembershipCase, kind: ActorKind, from_id: int, to_id: int, *, now: datetime
) -> MembershipEffect | Refused:
    if kind is not ActorKind.STAFF:
        return refused(RefusalCode.FORBIDDEN)
    if case.status not in ENTITLED or from_id not in case.coaches or to_id in case.coaches:
        return refused(RefusalCode.WRONG_STATE)
    if _coach(unit, to_id) is None:
        return refused(RefusalCode.NOT_FOUND)
    lost = tuple(sessions_to_come(unit, case.id, now=now, coach_id=from_id))
    return membership_effect(
        "The other coach takes over at once.", effective_at=now, sessions=lost, wanted=[from_id, to_id]
    )


def _coach(unit: Unit, coach_id: int) -> str | None:
    row = unit.connection.execute(COACH, {"organisation": unit.organisation_id, "coach": coach_id}).one_or_none()
    return None if row is None else row.name


def _switch(unit: Unit, case: MembershipCase, command: SwitchCoach, doer: Doer) -> int:
    people = frozenset({*case.persons, command.to_id})
    require_locked(unit, people)
    values = {
        "organisation": unit.organisation_id,
        "membership": case.id,
        "coach": command.from_id,
        "now": doer.now,
    }
    unit.connection.execute(END, values)
    stopped = stop_series(unit, case.id, now=doer.now, coach_id=command.from_id)
    lost = sessions_to_come(unit, case.id, now=doer.now, coach_id=command.from_id)
    released = release_sessions(unit, lost, doer, rule="D-25", stopped=stopped)
    engage(unit, case, command.to_id, EngagementStatus.ACTIVE, now=doer.now)
    event = note_down(
        unit, doer, "COACH_SWITCHED", people, note=command.note, **{"from": command.from_id, "to": command.to_id}
    )
    news = News(what=MembershipNews.SWITCHED, at=doer.now, event_id=event, coach=_coach(unit, command.to_id) or "")
    told = tell(unit, case, news, doer, coaches=[command.from_id, command.to_id])
    schedule(unit, [*stopped, *tell_released(unit, released, doer), *told])
    return event


def engage(unit: Unit, case: MembershipCase, coach_id: int, status: EngagementStatus, *, now: datetime) -> None:
    """The membership is engaged with this coach, whom its deadlines concern from now on."""
    row = insert(Engagement).values(
        organisation_id=unit.organisation_id,
        membership_id=case.id,
        member_id=case.member_id,
        coach_id=coach_id,
        status=status,
        started_at=now,
        ended_at=None,
    )
    unit.connection.execute(row)
    concern_all(unit, TIMERS, case.id, coach_id)
