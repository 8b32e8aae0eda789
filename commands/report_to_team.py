"""reportToTeam, logContactAttempt: a coach or a member tells the team something, which has work by it (O4, O22, O26, O29, O43, O45)."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from commands.apply.work import schedule
from commands.membership.case import MembershipCase, present_membership
from commands.membership.log import Doer, note_down
from commands.membership.outreach import log_attempt, open_outreach
from commands.membership.tasks import About, open_task
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.matters import TeamMatter
from policy.memberships import STANDING
from policy.tasks import BY_MATTER, FROM_MEMBERS
from policy.terms import ActorKind, RefusalCode, Scope
from policy.texts import says_nothing

PRESENT = text("""
SELECT id FROM membership WHERE organisation_id = :organisation AND member_id = :member ORDER BY id DESC LIMIT 1
""")
COACHES = text("""
SELECT coach_id FROM engagement WHERE organisation_id = :organisation AND member_id = :member AND status <> 'ENDED'
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportToTeam:
    """What the team is told, about which member."""

    member_id: int
    matter: TeamMatter
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContactAttempt:
    """Somebody tried to reach the member, and how."""

    member_id: int
    text: str


def report_to_team(database: Database, request: Request, command: ReportToTeam) -> Outcome:
    """The team has a task and knows of it; nothing else changes. The object is the membership."""

    def act(unit: Unit) -> Outcome:
        found = _concerned(unit, request, command.member_id)
        if isinstance(found, Refused):
            return found
        case, kind, person = found
        if kind is ActorKind.MEMBER and command.matter not in FROM_MEMBERS:
            return refused(RefusalCode.FORBIDDEN)
        if says_nothing(command.text):
            return invalid("Say what has happened.", "text")
        return _report(unit, case, command, Doer.of(request, kind), person)

    return _with_locks(database, request, command, command.member_id, act)


def _report(unit: Unit, case: MembershipCase, command: ReportToTeam, doer: Doer, person: int) -> Done:
    """What is told to the team stands in the log of who told it, and nowhere else."""
    event = note_down(unit, doer, "TEAM_TOLD", frozenset({person}), matter=command.matter)
    template = BY_MATTER[command.matter]
    coach = person if doer.kind is ActorKind.COACH else min(case.coaches, default=None)
    about = About(member_id=case.member_id, raised_by_id=person, said=command.text, coach_id=coach)
    days = None if template.sla is None else case.policy.optional_integer(template.sla)
    works = open_task(unit, template, about, doer, event_id=event, days=days)
    if command.matter is TeamMatter.UNREACHABLE:
        open_outreach(unit, case, now=doer.now)
    schedule(unit, works)
    return Done(object_id=case.id, event_id=event)


def log_contact_attempt(database: Database, request: Request, command: LogContactAttempt) -> Outcome:
    """The attempt is logged; the first of the coach and of the team start their clocks. The object is the membership."""

    def act(unit: Unit) -> Outcome:
        found = _concerned(unit, request, command.member_id)
        if isinstance(found, Refused):
            return found
        case, kind, person = found
        if kind is ActorKind.MEMBER:
            return refused(RefusalCode.FORBIDDEN)
        if says_nothing(command.text):
            return invalid("Say how you tried.", "text")
        doer = Doer.of(request, kind)
        event = note_down(unit, doer, "CONTACT_ATTEMPTED", frozenset({person}), membership=case.id)
        schedule(unit, log_attempt(unit, case, command.text, doer))
        return Done(object_id=case.id, event_id=event)

    return _with_locks(database, request, command, command.member_id, act)


def _concerned(unit: Unit, request: Request, member_id: int) -> tuple[MembershipCase, ActorKind, int] | Refused:
    values = {"organisation": unit.organisation_id, "member": member_id}
    found = unit.connection.execute(PRESENT, values).scalar_one_or_none()
    case = None if found is None else present_membership(unit, found, now=request.now)
    kind = None if case is None else case.capacity(request.actor)
    if case is None or kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if request.actor.person_id is None or (kind is ActorKind.STAFF and not request.actor.may(Scope.PEOPLE)):
        return refused(RefusalCode.FORBIDDEN)
    if case.status not in STANDING:
        return refused(RefusalCode.WRONG_STATE)
    return case, kind, request.actor.person_id


def _with_locks(
    database: Database,
    request: Request,
    command: ReportToTeam | LogContactAttempt,
    member_id: int,
    act: Callable[[Unit], Outcome],
) -> Outcome:
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        values = {"organisation": unit.organisation_id, "member": member_id}
        coaches = frozenset(unit.connection.execute(COACHES, values).scalars())
    own = frozenset() if request.actor.person_id is None else frozenset({request.actor.person_id})
    return carry_out(database, request, command, persons=own | coaches | {member_id}, act=act)
