"""Another rhythm from the next renewal on, with its price: recorded, and the periods after it fitted to it (O37, O38, D-27)."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import text

from commands.apply.work import schedule
from commands.membership.case import MembershipCase, again
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.quota import fit_periods
from commands.membership.renewal import renewal_work
from commands.series.rhythm import follow_rhythm
from models.unit import Unit
from policy.cadence import nominal
from policy.matters import MembershipNews
from policy.periods import period_of
from policy.plans import price
from policy.terms import Cadence

RECORD = text("""
UPDATE membership SET next_cadence = :cadence, next_cadence_on = :day, version = version + 1
WHERE organisation_id = :organisation AND id = :membership
""")


def change_day(case: MembershipCase, *, now: datetime) -> date:
    """The day from which another rhythm holds: the next renewal, without a plan the next period, else tomorrow."""
    if case.row.paid_until is not None:
        return case.row.paid_until
    period = period_of(case.policy, case.zones, now)
    last = now.astimezone(case.zone).date() if period is None else period.last
    return last + timedelta(days=1)


def lowers(case: MembershipCase, cadence: Cadence) -> bool:
    """Whether this rhythm has no more sessions than the one in force: it shows at once in what lies after the change."""
    return nominal(case.policy, cadence) <= nominal(case.policy, case.cadence)


def rhythm_at_once(case: MembershipCase, cadence: Cadence) -> Cadence | None:
    """The rhythm in which series go on beyond the change as soon as this one is recorded; None: they stay as they are.

    Fewer sessions at once; more of them only once their price is due (S-O-15, S-O-29), and until then those that fewer had taken.
    """
    if lowers(case, cadence):
        return cadence
    recorded = case.row.next_cadence
    return case.cadence if recorded is not None and lowers(case, Cadence(recorded)) else None


def record_cadence(unit: Unit, case: MembershipCase, cadence: Cadence, day: date, doer: Doer) -> int:
    """The rhythm holds from that day on; to record the present one again takes back what was recorded. Returns the event's id."""
    follows = cadence is not case.cadence
    values = {
        "organisation": unit.organisation_id,
        "membership": case.id,
        "cadence": cadence if follows else None,
        "day": day if follows else None,
    }
    unit.connection.execute(RECORD, values)
    event = note_down(unit, doer, "CADENCE_CHANGED", case.persons, cadence=cadence, on=day.isoformat())
    at_once = rhythm_at_once(case, cadence)
    case = again(unit, case)
    if at_once is not None:
        follow_rhythm(unit, case, at_once, doer, from_at=case.midnight(day), event_id=event)
    fit_periods(unit, case, doer, from_at=case.midnight(day), event_id=event)
    plan = None if case.plan is None else replace(case.plan, cadence=cadence)
    news = News(
        what=MembershipNews.CADENCE,
        at=case.midnight(day),
        event_id=event,
        cadence=cadence,
        amount=None if plan is None else price(case.policy, plan),
    )
    mails = tell(unit, case, news, doer, coaches=sorted(case.coaches))
    schedule(unit, [*mails, renewal_work(case, day)])
    return event
