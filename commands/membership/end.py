"""A membership is over: its series, sessions, engagements and credits end with it (MODEL 5.7, D-23, D-24)."""

from sqlalchemy import text

from commands.apply.work import schedule
from commands.membership.case import MembershipCase
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.released import future_sessions, release_sessions, tell_released
from commands.membership.unused import revoke_unused
from commands.series.stop import stop_series
from commands.series.suspend import end_suspended
from models.unit import Unit, require_locked
from policy.matters import MembershipNews
from policy.terms import MembershipStatus

END = text("""
UPDATE membership SET status = :status, ended_at = :now, next_cadence = NULL, next_cadence_on = NULL, pauses_on = NULL,
    resumes_on = NULL, version = version + 1
WHERE organisation_id = :organisation AND id = :membership
""")
END_ENGAGEMENTS = text("""
UPDATE engagement SET status = 'ENDED', ended_at = :now
WHERE organisation_id = :organisation AND membership_id = :membership AND status <> 'ENDED'
""")


def end_membership(unit: Unit, case: MembershipCase, status: MembershipStatus, doer: Doer, *, told: bool) -> int:
    """The membership has ended as ENDED or CHURNED; nothing is refunded. `told`: the people are told, besides of what is cancelled.

    Raises NotLocked where the lock of somebody is missing whose session or engagement ends.
    """
    require_locked(unit, case.persons)
    values = {"organisation": unit.organisation_id, "membership": case.id, "status": status, "now": doer.now}
    unit.connection.execute(END, values)
    unit.connection.execute(END_ENGAGEMENTS, values)
    works = stop_series(unit, case.id, now=doer.now)
    end_suspended(unit, case.id)
    released = release_sessions(
        unit, future_sessions(unit, case.id, since=doer.now), doer, rule="MODEL 5.7", stopped=works
    )
    event = note_down(unit, doer, f"MEMBERSHIP_{status}", case.persons, membership=case.id)
    revoke_unused(unit, case, doer, event_id=event)
    works += tell_released(unit, released, doer, over=True)
    if told:
        news = News(what=MembershipNews.ENDED, at=doer.now, event_id=event)
        works += tell(unit, case, news, doer, coaches=sorted(case.coaches))
    schedule(unit, works)
    return event
