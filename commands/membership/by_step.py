"""A step of a tally cancels what stands of somebody, or ends a membership (MODEL 3.5, D-59)."""

from sqlalchemy import text

from commands.actor import system
from commands.apply.happened import Happened
from commands.apply.work import Work
from commands.membership.case import present_membership
from commands.membership.end import end_membership
from commands.membership.log import Doer
from commands.membership.released import release_sessions, tell_released
from models.unit import Unit
from policy.effects import TakeStep
from policy.memberships import RUNNING
from policy.terms import ActorKind, MembershipStatus, Side

# Of the member and the coach, or of either alone, whose sessions that stand are cancelled.
FUTURE = text("""
SELECT id FROM session WHERE organisation_id = :organisation AND status = 'SCHEDULED' AND starts_at > :now
AND (CAST(:member AS bigint) IS NULL OR member_id = :member) AND (CAST(:coach AS bigint) IS NULL OR coach_id = :coach)
ORDER BY starts_at, id
""")


def cancel_future(unit: Unit, happened: Happened, step: TakeStep) -> list[Work]:
    """The person's sessions that stand are cancelled. The coach is paid for what the member would cancel late, and what the coach
    gives up is given back as it is when coaches cancel: the other side loses nothing."""
    subject, of_coach = happened.subject, step.to is Side.COACH
    values = {
        "organisation": unit.organisation_id,
        "now": happened.now,
        "member": None if of_coach else subject.member_id,
        "coach": subject.coach_id if of_coach or step.of_pair else None,
    }
    sessions = [key for key in unit.connection.execute(FUTURE, values).scalars() if key != subject.session_id]
    doer = Doer(
        actor=system(unit.organisation_id),
        kind=ActorKind.SYSTEM,
        now=happened.now,
        recorded_at=happened.noticed_at,
        cause=f"step:event:{happened.event_id}:{step.tally}:{step.step}",
    )
    released = release_sessions(unit, sessions, doer, rule="MODEL 3.5", paid_if_late=not of_coach, returned=of_coach)
    return tell_released(unit, released, doer)


def end(unit: Unit, happened: Happened, _step: TakeStep) -> list[Work]:
    """The membership of the session has ended, where it runs or rests."""
    membership = happened.subject.membership_id
    case = None if membership is None else present_membership(unit, membership, now=happened.now)
    if case is None or case.status not in RUNNING | {MembershipStatus.PAUSED}:
        return []
    doer = Doer(
        actor=system(unit.organisation_id),
        kind=ActorKind.SYSTEM,
        now=happened.now,
        recorded_at=happened.noticed_at,
        cause=f"step:event:{happened.event_id}",
    )
    end_membership(unit, case, MembershipStatus.ENDED, doer, told=True)
    return []
