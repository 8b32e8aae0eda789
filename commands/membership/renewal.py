"""A membership is paid for the next month or year, or ends or rests with what was paid (O41, O42, MODEL 5.7, D-24, D-29)."""

from datetime import date, datetime

from sqlalchemy import text

from commands.actor import system
from commands.apply.work import Work, schedule
from commands.grants import grant_first_periods
from commands.membership.case import MembershipCase, again, membership_case
from commands.membership.dues import Due, charge
from commands.membership.end import end_membership
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.quota import fit_periods
from commands.membership.rest import begin_to_rest
from commands.series.rhythm import follow_rhythm
from commands.series.suspend import resume_series
from models.queries.due_work import Timer
from models.unit import Unit
from policy.matters import MembershipNews, Tier
from policy.memberships import RUNNING
from policy.plans import price, renewal_after, renews
from policy.terms import ActorKind, MembershipStatus, WorkKind

RENEW = text("""
UPDATE membership SET paid_until = :paid_until, version = version + 1, cadence = :cadence,
    next_cadence = CASE WHEN next_cadence_on <= :day THEN NULL ELSE next_cadence END,
    next_cadence_on = CASE WHEN next_cadence_on <= :day THEN NULL ELSE next_cadence_on END
WHERE organisation_id = :organisation AND id = :membership
""")

RESUME = text("""
UPDATE membership SET status = 'ACTIVE', pauses_on = NULL, resumes_on = NULL, version = version + 1,
    first_paid_on = CASE WHEN tier IS NULL THEN first_paid_on ELSE :day END
WHERE organisation_id = :organisation AND id = :membership
""")


def renewal_work(case: MembershipCase, day: date) -> Work:
    """The timer of the day on which the membership is paid again, or ends."""
    return Work(
        kind=WorkKind.RENEWAL,
        cause_key=f"renewal:{case.id}:{day.isoformat()}",
        persons=case.persons,
        object_id=case.id,
        fires_at=case.midnight(day),
    )


def renew(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """The next month or year is due, or the membership has ended, rests or goes on again, as of its day; nothing where another day has
    taken its place."""
    # What is published at this very instant is not in force yet (MODEL 8).
    case = membership_case(unit, timer.object_id, before=timer.effective_at)
    if case is None:
        raise LookupError("a renewal is of a membership")
    doer = Doer(
        actor=system(unit.organisation_id),
        kind=ActorKind.SYSTEM,
        now=timer.effective_at,
        recorded_at=now,
        cause=timer.cause_key,
    )
    day = _day(case)
    if day is None or timer.cause_key != renewal_work(case, day).cause_key:
        return
    if case.status is MembershipStatus.ENDING:
        end_membership(unit, case, MembershipStatus.ENDED, doer, told=False)
    elif case.status is MembershipStatus.PAUSED:
        resume(unit, case, day, doer)
    elif case.status in RUNNING and case.row.pauses_on is not None:
        rest = begin_to_rest(unit, case, doer)
        schedule(unit, [*rest, *([] if case.row.resumes_on is None else [renewal_work(case, case.row.resumes_on)])])
    elif case.status in RUNNING and case.plan is None:
        _change_rhythm(unit, case, day, doer)
    elif case.status in RUNNING and not renews(case.policy) and day > case.row.first_paid_on:
        end_membership(unit, case, MembershipStatus.ENDED, doer, told=True)
    elif case.status in RUNNING:
        _renew(unit, case, day, doer)


def _day(case: MembershipCase) -> date | None:
    """On which day something becomes of the membership next, as things stand."""
    match case.status:
        case MembershipStatus.ENDING:
            return case.row.ends_on
        case MembershipStatus.PAUSED:
            return case.row.resumes_on
        case _:
            return case.row.pauses_on or case.row.paid_until or case.row.next_cadence_on


def resume(unit: Unit, case: MembershipCase, day: date, doer: Doer) -> int:
    """The membership goes on from that day: paid from it on, with its periods and its series. Returns the event's id."""
    changes = case.row.next_cadence is not None
    values = {"organisation": unit.organisation_id, "membership": case.id, "day": day}
    unit.connection.execute(RESUME, values)
    event = note_down(unit, doer, "MEMBERSHIP_RESUMED", case.persons, membership=case.id, on=day.isoformat())
    case = again(unit, case)
    if case.plan is not None:
        _renew(unit, case, day, doer)
    elif changes:
        _change_rhythm(unit, case, day, doer)
    case = again(unit, case)
    grant_first_periods(unit, case.id, event_id=event, now=doer.now)
    fit_periods(unit, case, doer, from_at=case.midnight(day), event_id=event)
    resume_series(unit, case, doer, rhythm_changes=changes, event_id=event)
    news = News(
        what=MembershipNews.RESUMED,
        at=case.midnight(day),
        event_id=event,
        amount=None if case.plan is None else price(case.policy, case.plan),
    )
    schedule(unit, tell(unit, case, news, doer, coaches=sorted(case.coaches)))
    return event


def _renew(unit: Unit, case: MembershipCase, day: date, doer: Doer) -> None:
    """A rhythm that was recorded for this day is in force, the plan is charged, and the next renewal is due."""
    changes = case.row.next_cadence is not None and case.row.next_cadence_on <= day
    event = note_down(unit, doer, "MEMBERSHIP_RENEWED", case.persons, membership=case.id, on=day.isoformat())
    case = pay_from(unit, case, day, doer, event_id=event, rhythm_changes=changes)
    works = [renewal_work(case, case.row.paid_until)]
    if case.plan is not None and case.plan.tier is Tier.ANNUAL and day > case.row.first_paid_on:
        news = News(
            what=MembershipNews.RENEWED,
            at=case.midnight(case.row.paid_until),
            event_id=event,
            amount=price(case.policy, case.plan),
        )
        works += tell(unit, case, news, doer, coaches=sorted(case.coaches))
    schedule(unit, works)


def _change_rhythm(unit: Unit, case: MembershipCase, day: date, doer: Doer) -> None:
    """Of a membership that nothing is charged for, the rhythm that was recorded for this day is in force."""
    event = note_down(unit, doer, "CADENCE_IN_FORCE", case.persons, membership=case.id, on=day.isoformat())
    values = {
        "organisation": unit.organisation_id,
        "membership": case.id,
        "day": day,
        "cadence": case.row.next_cadence,
        "paid_until": None,
    }
    unit.connection.execute(RENEW, values)
    case = again(unit, case)
    follow_rhythm(unit, case, case.cadence, doer, from_at=case.midnight(day), event_id=event)
    fit_periods(unit, case, doer, from_at=case.midnight(day), event_id=event)


def pay_from(
    unit: Unit, case: MembershipCase, day: date, doer: Doer, *, event_id: int, rhythm_changes: bool = False
) -> MembershipCase:
    """The plan is charged for the month or year that begins on `day`; returns the membership as it stands then."""
    cadence = case.row.next_cadence if rhythm_changes else case.row.cadence
    values = {
        "organisation": unit.organisation_id,
        "membership": case.id,
        "day": day,
        "cadence": cadence,
        "paid_until": renewal_after(case.row.first_paid_on, Tier(case.row.tier), day),
    }
    unit.connection.execute(RENEW, values)
    case = again(unit, case)
    if rhythm_changes:
        follow_rhythm(unit, case, case.cadence, doer, from_at=case.midnight(day), event_id=event_id)
        fit_periods(unit, case, doer, from_at=case.midnight(day), event_id=event_id)
    if case.plan is not None:
        due = Due(
            amount=price(case.policy, case.plan),
            reason="MEMBERSHIP",
            event_id=event_id,
            effective_at=doer.now,
            recorded_at=doer.recorded_at,
            cause=f"membership:{case.id}:{day.isoformat()}",
        )
        charge(unit, case, due)
    return case
