"""pauseMembership, resumeMembership and their twins: the member's own request lets it rest once what is paid for is used (MODEL 5.7)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from commands.actor import Actor
from commands.apply.work import schedule
from commands.cancel_membership import end_of
from commands.membership.case import MembershipCase
from commands.membership.change import MembershipCommand, change_membership, check_membership, refused_by
from commands.membership.dues import next_price
from commands.membership.log import Doer, note_down
from commands.membership.news import News, tell
from commands.membership.released import future_sessions
from commands.membership.renewal import renewal_work, resume
from commands.membership.rest import lost_units
from commands.membership_effect import MembershipCheck, MembershipEffect, membership_effect
from commands.outcome import Outcome, Refused
from commands.staff import invalid
from commands.transaction import Request
from models.unit import Database, Unit
from policy.matters import MembershipNews
from policy.memberships import objection_to_pausing, objection_to_resuming
from policy.periods import month_after
from policy.terms import ActorKind, MembershipStatus

RECORD = text("""
UPDATE membership SET pauses_on = :pauses_on, resumes_on = :resumes_on, version = version + 1
WHERE organisation_id = :organisation AND id = :membership
""")
LONGEST = 24
"""Months: who rests longer than that has left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseMembership(MembershipCommand):
    """`resumes_on`: the day on which it goes on by itself; None: once somebody resumes it. `source`: as for a cancellation."""

    resumes_on: date | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeMembership(MembershipCommand):
    """It goes on today, or a pause that has not begun is taken back. `source`: as for a cancellation."""

    source: str | None = None


def pause_membership(database: Database, request: Request, command: PauseMembership) -> Outcome:
    """The membership rests from the first day that is not paid for; everything before that stays."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_pause(unit, case, kind, command.resumes_on, source=command.source, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        pauses_on = end_of(case, now=doer.now)
        _record(unit, case, pauses_on, command.resumes_on)
        said = {"on": pauses_on.isoformat(), "until": command.resumes_on and command.resumes_on.isoformat()}
        event = note_down(unit, doer, "MEMBERSHIP_PAUSE_RECORDED", case.persons, note=command.source, **said)
        until = None if command.resumes_on is None else case.midnight(command.resumes_on)
        news = News(what=MembershipNews.PAUSED, at=case.midnight(pauses_on), event_id=event, until=until)
        mails = tell(unit, case, news, doer, coaches=sorted(case.coaches))
        schedule(unit, [renewal_work(case, pauses_on), *mails])
        return event

    return change_membership(database, request, command, look, write)


def resume_membership(database: Database, request: Request, command: ResumeMembership) -> Outcome:
    """A membership that rests goes on today and is paid from today on; one that does not rest yet goes on as before."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_resuming(unit, case, kind, source=command.source, now=request.now)

    def write(unit: Unit, case: MembershipCase, doer: Doer) -> int:
        if case.status is MembershipStatus.PAUSED:
            return resume(unit, case, doer.now.astimezone(case.zone).date(), doer)
        _record(unit, case, None, None)
        event = note_down(unit, doer, "MEMBERSHIP_PAUSE_TAKEN_BACK", case.persons, note=command.source)
        news = News(what=MembershipNews.KEPT, at=doer.now, event_id=event)
        # Where nothing is paid for, another rhythm may wait for a day of its own.
        following = case.row.paid_until or case.row.next_cadence_on
        due = [] if following is None else [renewal_work(case, following)]
        schedule(unit, [*due, *tell(unit, case, news, doer, coaches=sorted(case.coaches))])
        return event

    return change_membership(database, request, command, look, write)


def check_pause_membership(
    unit: Unit, actor: Actor, membership_id: int, *, resumes_on: date | None, source: str | None, now: datetime
) -> MembershipCheck:
    """What pausing the membership would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_pause(unit, case, kind, resumes_on, source=source, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def check_resume_membership(
    unit: Unit, actor: Actor, membership_id: int, *, source: str | None, now: datetime
) -> MembershipCheck:
    """What resuming the membership would lead to now, without acting."""

    def look(unit: Unit, case: MembershipCase, kind: ActorKind) -> MembershipEffect | Refused:
        return _look_at_resuming(unit, case, kind, source=source, now=now)

    return check_membership(unit, actor, membership_id, look, now=now)


def _record(unit: Unit, case: MembershipCase, pauses_on: date | None, resumes_on: date | None) -> None:
    values = {"organisation": unit.organisation_id, "membership": case.id}
    unit.connection.execute(RECORD, {**values, "pauses_on": pauses_on, "resumes_on": resumes_on})


def _look_at_pause(
    unit: Unit, case: MembershipCase, kind: ActorKind, resumes_on: date | None, *, source: str | None, now: datetime
) -> MembershipEffect | Refused:
    objection = objection_to_pausing(case.policy, case.facts, kind, source=source)
    if objection is not None:
        return refused_by(objection)
    day = end_of(case, now=now)
    if resumes_on is not None and not day < resumes_on <= month_after(day, LONGEST):
        return invalid(f"A pause from {day:%Y-%m-%d} on ends after that day and within two years.", "resumesOn")
    at = case.midnight(day)
    until = (
        "until it is resumed" if resumes_on is None else f"and goes on {case.midnight(resumes_on):%Y-%m-%d %H:%M} UTC"
    )
    return membership_effect(
        f"The membership rests from {at:%Y-%m-%d %H:%M} UTC on {until}; it is not charged meanwhile.",
        effective_at=at,
        sessions=tuple(future_sessions(unit, case.id, since=at)),
        units=lost_units(unit, case, since=at),
        wanted=["PAUSE", None if resumes_on is None else resumes_on.isoformat()],
    )


def _look_at_resuming(
    unit: Unit, case: MembershipCase, kind: ActorKind, *, source: str | None, now: datetime
) -> MembershipEffect | Refused:
    objection = objection_to_resuming(case.facts, kind, source=source)
    if objection is not None:
        return refused_by(objection)
    if case.status is not MembershipStatus.PAUSED:
        return membership_effect("The membership goes on.", effective_at=now, wanted="RESUME")
    hidden = case.row.contract_id is not None and kind is not ActorKind.STAFF
    return membership_effect(
        "The membership goes on today, with a new month or year from today on."
        if case.plan is not None
        else "The membership goes on today.",
        effective_at=now,
        charge=None if hidden else next_price(unit, case.id, now=now),
        wanted="RESUME",
    )
