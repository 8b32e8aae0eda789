"""chooseCoach and its twin: of the coaches whom a member was matched with one is chosen, and the membership begins (O10, O11)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.actor import Actor
from commands.apply.work import schedule
from commands.grants import grant_first_periods
from commands.membership.begin import begin_to_pay
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.released import release_sessions, sessions_to_come, tell_released
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused, refused
from commands.series.stop import stop_series
from commands.transaction import Request
from models.unit import Database, Unit
from policy.matters import MembershipNews
from policy.plans import price
from policy.terms import ActorKind, MembershipStatus, RefusalCode

CHOOSE = text("""
UPDATE engagement SET status = CASE WHEN coach_id = :coach THEN 'ACTIVE' ELSE 'ENDED' END,
    ended_at = CASE WHEN coach_id = :coach THEN NULL ELSE CAST(:now AS timestamptz) END
WHERE organisation_id = :organisation AND membership_id = :membership AND status = 'CANDIDATE'
""")
BEGIN = text("""
UPDATE membership SET status = 'ACTIVE', starts_on = greatest(starts_on, :today), version = version + 1,
    first_paid_on = greatest(first_paid_on, :today), paid_until = CASE WHEN tier IS NULL THEN NULL ELSE greatest(first_paid_on, :today) END
WHERE organisation_id = :organisation AND id = :membership
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseCoach(MembershipCommand):
    """Which of the candidates."""

    coach_id: int


def choose_coach(database: Database, request: Request, command: ChooseCoach) -> Outcome:
    """The coach is chosen, the others' engagements and calls have ended, and the membership begins on its first day."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, command.coach_id, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        return _choose(unit, request, case, command.coach_id, doer)

    return change_membership(database, request, command, look, write)


def check_choose_coach(
    unit: Unit, actor: Actor, membership_id: int, *, coach_id: int, now: datetime
) -> MembershipCheck:
    """What choosing this coach would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look(unit, case, kind, coach_id, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def _look(
    unit: Unit, case: MembershipCase, kind: ActorKind, coach_id: int, *, now: datetime
) -> MembershipEffect | Refused:
    if kind is ActorKind.COACH:
        return refused(RefusalCode.FORBIDDEN)
    if case.status is not MembershipStatus.MATCHING:
        return refused(RefusalCode.WRONG_STATE)
    if coach_id not in case.coaches:
        return refused(RefusalCode.NOT_FOUND)
    begins = max(case.row.starts_on, now.astimezone(case.zone).date())
    hidden = case.plan is None or (case.row.contract_id is not None and kind is not ActorKind.STAFF)
    return membership_effect(
        f"The membership begins on {begins.isoformat()}.",
        effective_at=max(now, case.midnight(begins)),
        sessions=_others(unit, case, coach_id, now=now),
        price=None if hidden or case.plan is None else price(case.policy, case.plan),
        wanted=coach_id,
    )


def _others(unit: Unit, case: MembershipCase, coach_id: int, *, now: datetime) -> tuple[int, ...]:
    """The calls that stand with the candidates who were not chosen."""
    others = (one for one in sorted(case.coaches) if one != coach_id)
    return tuple(key for one in others for key in sessions_to_come(unit, case.id, now=now, coach_id=one))


def _choose(unit: Unit, request: Request, case: MembershipCase, coach_id: int, doer: Doer) -> int:
    lost = _others(unit, case, coach_id, now=doer.now)
    others = (one for one in sorted(case.coaches) if one != coach_id)
    stopped = [work for one in others for work in stop_series(unit, case.id, now=doer.now, coach_id=one)]
    released = release_sessions(unit, lost, doer, rule="O11", stopped=stopped)
    values = {
        "organisation": unit.organisation_id,
        "membership": case.id,
        "coach": coach_id,
        "now": doer.now,
        "today": doer.now.astimezone(case.zone).date(),
    }
    unit.connection.execute(CHOOSE, values)
    unit.connection.execute(BEGIN, values)
    event = note_down(unit, doer, "COACH_CHOSEN", case.persons, coach=coach_id)
    grant_first_periods(unit, case.id, event_id=event, now=doer.now)
    if case.plan is not None:
        begin_to_pay(unit, request, case.id, event_id=event)
    news = News(what=MembershipNews.MATCHED, at=doer.now, event_id=event, coach=case.coaches[coach_id])
    told = tell(unit, case, news, doer, coaches=sorted(case.coaches))
    schedule(unit, [*stopped, *tell_released(unit, released, doer), *told])
    return event
