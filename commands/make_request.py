"""makeRequest: an extra session, a session with another coach or another rhythm is asked for (O31, O34, O36, O39)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from commands.actor import Actor
from commands.apply.work import schedule
from commands.facts.policies import offered
from commands.membership.case import MembershipCase, present_membership
from commands.membership.change import refused_by
from commands.membership.log import Doer, note_down
from commands.membership.requests import insert_request, request_case, tell_request
from commands.membership.tasks import About, open_task
from commands.outcome import Done, Outcome, Refused, refused
from commands.staff import exists, invalid
from commands.transaction import Request, carry_out
from commands.verb_check import VerbCheck, verb_check
from models.unit import Database, Unit
from policy import tasks
from policy.matters import RequestKind, RequestStatus
from policy.memberships import ENTITLED
from policy.requests import Wanted, objection_to_asking
from policy.terms import ActorKind, Cadence, RefusalCode, Scope
from policy.texts import says_nothing

PRESENT = text("""
SELECT id FROM membership WHERE organisation_id = :organisation AND member_id = :member ORDER BY id DESC LIMIT 1
""")
REPLACED = text("""
SELECT coach_id FROM session WHERE organisation_id = :organisation AND id = :session AND membership_id = :membership
AND status = 'SCHEDULED' AND starts_at > :now
""")
KIND = text("""
SELECT id, code FROM session_kind WHERE organisation_id = :organisation
AND CASE WHEN CAST(:kind AS bigint) IS NULL THEN code = :code ELSE id = :kind END
""")
ONE_OFF = "one_off"
"""The kind of sessions with another coach, where none is named."""
TEMPLATES = {
    RequestKind.EXTRA: tasks.EXTRA,
    RequestKind.ONE_OFF: tasks.ONE_OFF,
    RequestKind.CADENCE: tasks.CADENCE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MakeRequest:
    """What is asked for, and for which member. `coach_id`, `starts_at`, `replaces_id`: of a session with another coach."""

    member_id: int
    kind: RequestKind
    text: str
    kind_id: int | None = None
    coach_id: int | None = None
    starts_at: datetime | None = None
    replaces_id: int | None = None
    cadence: Cadence | None = None


def make_request(database: Database, request: Request, command: MakeRequest) -> Outcome:
    """The team has the request and the member knows that; nothing else changes. The object is the request."""
    if request.actor.person_id is None:
        return refused(RefusalCode.FORBIDDEN)
    persons = frozenset({command.member_id, request.actor.person_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def _act(unit: Unit, request: Request, command: MakeRequest) -> Outcome:
    found = _allowed(unit, request.actor, command, now=request.now)
    if isinstance(found, Refused):
        return found
    case, kind, person = found
    doer = Doer.of(request, kind)
    values = {
        "kind": command.kind,
        "status": RequestStatus.REQUESTED,
        "membership_id": case.id,
        "member_id": command.member_id,
        "requested_by_id": person,
        "text": command.text,
        "opened_at": request.now,
        "changed_at": request.now,
        "kind_id": _kind_of(unit, case, command),
        "coach_id": command.coach_id,
        "starts_at": command.starts_at,
        "replaces_id": command.replaces_id,
        "cadence": command.cadence,
    }
    key = insert_request(unit, values)
    event = note_down(
        unit,
        doer,
        "REQUEST_MADE",
        frozenset({command.member_id, person}),
        note=command.text,
        request=key,
        kind=command.kind,
    )
    template = TEMPLATES[command.kind]
    about = About(
        member_id=command.member_id,
        raised_by_id=person,
        said=command.text,
        coach_id=command.coach_id or (person if kind is ActorKind.COACH else None),
        request_id=key,
    )
    days = None if template.sla is None else case.policy.optional_integer(template.sla)
    works = open_task(unit, template, about, doer, event_id=event, days=days)
    made = request_case(unit, key, now=request.now)
    if made is not None:
        works += tell_request(unit, made, RequestStatus.REQUESTED, None, doer, event_id=event)
    schedule(unit, works)
    return Done(object_id=key, event_id=event)


def check_make_request(unit: Unit, actor: Actor, command: MakeRequest, *, now: datetime) -> VerbCheck:
    """Whether this may be asked for now; asking changes nothing."""
    found = _allowed(unit, actor, command, now=now)
    return verb_check(found if isinstance(found, Refused) else None, now=now)


def _allowed(
    unit: Unit, actor: Actor, command: MakeRequest, *, now: datetime
) -> tuple[MembershipCase, ActorKind, int] | Refused:
    if actor.person_id is None:
        return refused(RefusalCode.FORBIDDEN)
    found = _asker(unit, actor, command, now=now)
    if isinstance(found, Refused):
        return found
    case, kind = found
    if says_nothing(command.text):
        return invalid("Say what you wish.", "text")
    wanted = Wanted(kind=command.kind, replaces=command.replaces_id is not None, cadence=command.cadence)
    objection = objection_to_asking(case.policy, case.channel, wanted)
    if objection is not None:
        return refused_by(objection)
    if case.status not in ENTITLED:
        return refused(RefusalCode.WRONG_STATE)
    fault = _fault(unit, case, command, now=now)
    return fault or (case, kind, actor.person_id)


def _asker(
    unit: Unit, actor: Actor, command: MakeRequest, *, now: datetime
) -> tuple[MembershipCase, ActorKind] | Refused:
    """The member's present membership, and as what the actor asks."""
    values = {"organisation": unit.organisation_id, "member": command.member_id}
    found = unit.connection.execute(PRESENT, values).scalar_one_or_none()
    case = None if found is None else present_membership(unit, found, now=now)
    kind = None if case is None else case.capacity(actor)
    if case is None or kind is None:
        return refused(RefusalCode.NOT_FOUND)
    if kind is ActorKind.STAFF and not actor.may(Scope.PEOPLE):
        return refused(RefusalCode.FORBIDDEN)
    return case, kind


def _kind_of(unit: Unit, case: MembershipCase, command: MakeRequest) -> int | None:
    """The kind that is asked for: the one that is named, else the policy's own for it; None where the policy has no such kind."""
    if command.kind is RequestKind.CADENCE:
        return None
    code = ONE_OFF if command.kind is RequestKind.ONE_OFF else case.policy.kind.code
    values = {"organisation": unit.organisation_id, "kind": command.kind_id, "code": code}
    row = unit.connection.execute(KIND, values).one_or_none()
    if (
        row is None
        or offered(case.row.document, case.row.number, row.code, case.row.contract_document, case.row.plan_document)
        is None
    ):
        return None
    return row.id


def _fault(unit: Unit, case: MembershipCase, command: MakeRequest, *, now: datetime) -> Refused | None:
    """What is named must be there."""
    if command.kind is not RequestKind.CADENCE and _kind_of(unit, case, command) is None:
        return refused(RefusalCode.NOT_FOUND)
    if command.coach_id is not None and not exists(unit, "coach", command.coach_id):
        return refused(RefusalCode.NOT_FOUND)
    if command.starts_at is not None and command.starts_at <= now:
        return invalid("It begins in the future.", "startsAt")
    if command.replaces_id is None:
        return None
    values = {"organisation": unit.organisation_id, "session": command.replaces_id, "membership": case.id, "now": now}
    coach = unit.connection.execute(REPLACED, values).scalar_one_or_none()
    if coach is None:
        return refused(RefusalCode.NOT_FOUND)
    return (
        invalid("A session with the same coach is moved, not replaced.", "coach") if coach == command.coach_id else None
    )
