"""cancelMembership, keepMembership and their twins: only the member's own request ends it, with what is paid for (O27, D-24)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text

from commands.actor import Actor
from commands.apply.work import schedule
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership, refused_by
from commands.membership.end import end_membership
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.released import future_sessions
from commands.membership.renewal import renewal_work
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused
from commands.transaction import Request
from models.unit import Database, Unit
from policy.matters import MembershipNews
from policy.memberships import objection_to_cancelling, objection_to_keeping
from policy.periods import period_of
from policy.terms import ActorKind, MembershipStatus

CANCEL = text("""
UPDATE membership SET status = 'ENDING', cancelled_at = :now, cancel_source = :source, ends_on = :ends_on, pauses_on = NULL,
    resumes_on = NULL, version = version + 1
WHERE organisation_id = :organisation AND id = :membership
""")
KEEP = text("""
UPDATE membership SET status = 'ACTIVE', cancelled_at = NULL, cancel_source = NULL, ends_on = NULL, version = version + 1
WHERE organisation_id = :organisation AND id = :membership
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelMembership(MembershipCommand):
    """`source`: where staff have the member's own request from; the member needs none."""

    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepMembership(MembershipCommand):
    """The cancellation is taken back. `source`: as for the cancellation."""

    source: str | None = None


def cancel_membership(database: Database, request: Request, command: CancelMembership) -> Outcome:
    """The membership does not renew and ends with what is paid for; all sessions before that stay (O27)."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_end(unit, case, kind, source=command.source, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        if case.status is MembershipStatus.PAUSED:
            # Nothing is paid for that it could go on with.
            return end_membership(unit, case, MembershipStatus.ENDED, doer, told=True)
        ends_on = end_of(case, now=doer.now)
        values = {
            "organisation": unit.organisation_id,
            "membership": case.id,
            "now": doer.now,
            "source": command.source,
            "ends_on": ends_on,
        }
        unit.connection.execute(CANCEL, values)
        event = note_down(
            unit, doer, "MEMBERSHIP_CANCELLED", case.persons, note=command.source, ends_on=ends_on.isoformat()
        )
        news = News(what=MembershipNews.CANCELLED, at=case.midnight(ends_on), event_id=event)
        mails = tell(unit, case, news, doer, coaches=sorted(case.coaches))
        schedule(unit, [renewal_work(case, ends_on), *mails])
        return event

    return change_membership(database, request, command, look, write)


def keep_membership(database: Database, request: Request, command: KeepMembership) -> Outcome:
    """The membership goes on and renews; nothing that was cancelled for another reason comes back."""

    def look(_unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_keeping(case, kind, source=command.source, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        unit.connection.execute(KEEP, {"organisation": unit.organisation_id, "membership": case.id})
        event = note_down(unit, doer, "MEMBERSHIP_KEPT", case.persons, note=command.source)
        news = News(what=MembershipNews.KEPT, at=doer.now, event_id=event)
        schedule(unit, tell(unit, case, news, doer, coaches=sorted(case.coaches)))
        return event

    return change_membership(database, request, command, look, write)


def check_cancel_membership(
    unit: Unit, actor: Actor, membership_id: int, *, source: str | None, now: datetime
) -> MembershipCheck:
    """What cancelling the membership would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_end(unit, case, kind, source=source, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def check_keep_membership(
    unit: Unit, actor: Actor, membership_id: int, *, source: str | None, now: datetime
) -> MembershipCheck:
    """What taking the cancellation back would lead to now, without acting."""

    def look(_unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_keeping(case, kind, source=source, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def end_of(case: MembershipCase, *, now: datetime) -> date:
    """The first day that is not paid for; without a plan, the first after the present period, or tomorrow where there is none."""
    if case.row.paid_until is not None:
        return max(case.row.paid_until, case.row.starts_on)
    period = period_of(case.policy, case.zones, now)
    last = now.astimezone(case.zone).date() if period is None else period.last
    return last + timedelta(days=1)


def _look_at_end(
    unit: Unit, case: MembershipCase, kind: ActorKind, *, source: str | None, now: datetime
) -> MembershipEffect | Refused:
    objection = objection_to_cancelling(case.policy, case.facts, kind, source=source)
    if objection is not None:
        return refused_by(objection)
    ends_at = now if case.status is MembershipStatus.PAUSED else case.midnight(end_of(case, now=now))
    lost = tuple(future_sessions(unit, case.id, since=ends_at))
    summary = f"The membership ends on {ends_at:%Y-%m-%d %H:%M} UTC and is not charged again; its credits end with it."
    return membership_effect(summary, effective_at=ends_at, sessions=lost, wanted="CANCEL")


def _look_at_keeping(
    case: MembershipCase, kind: ActorKind, *, source: str | None, now: datetime
) -> MembershipEffect | Refused:
    objection = objection_to_keeping(case.facts, kind, source=source, now=now)
    if objection is not None:
        return refused_by(objection)
    return membership_effect("The membership goes on.", effective_at=now, wanted="KEEP")
