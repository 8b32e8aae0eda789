"""contactSupport: a member or a coach asks the team for help with a session, which stays as it is (T11, V24, A19, S-X-11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.apply.tasks import Call, overdue, tell_team
from commands.apply.work import schedule
from commands.facts.sessions import SessionCase, session_cases
from commands.outcome import Done, Outcome, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.queries.sessions import parties_of
from models.task import Task
from models.unit import Database, Unit
from policy.matters import TaskStatus
from policy.tasks import SUPPORT, due_at
from policy.terms import ActorKind, RefusalCode, Role
from policy.texts import says_nothing

TEAM = (Role.STAFF, Role.SENIOR_STAFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactSupport:
    """What somebody writes to the team about one of their sessions."""

    session_id: int
    text: str


def contact_support(database: Database, request: Request, command: ContactSupport) -> Outcome:
    """The team has a task about the session and knows of it; the object is the task. The session stays as it is."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [command.session_id]).get(command.session_id)
    code = objection_to_contacting(request.actor, parties)
    if code is not None or request.actor.person_id is None:
        return refused(code or RefusalCode.FORBIDDEN)
    if says_nothing(command.text):
        return invalid("Say what you need.", "text")
    persons = frozenset({request.actor.person_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def objection_to_contacting(actor: Actor, parties: Sequence[int] | None) -> RefusalCode | None:
    """Why the actor may not ask for help with a session of these two, coach and member; None where they may."""
    if parties is None or actor.acts_on(coach_id=parties[0], member_id=parties[1]) is None:
        return RefusalCode.NOT_FOUND
    return None if actor.person_id in parties[:2] else RefusalCode.FORBIDDEN


def _act(unit: Unit, request: Request, command: ContactSupport) -> Outcome:
    case, person = (
        session_cases(unit, [command.session_id], now=request.now)[command.session_id],
        request.actor.person_id,
    )
    kind = request.actor.acts_on(coach_id=case.subject.coach_id, member_id=case.subject.member_id)
    if kind is None or person is None:
        raise LookupError("a stranger is refused before")
    event = write_event(unit, _record(request, case, kind, person))
    due = due_at(case.policy, SUPPORT, case.zones, received=request.now)
    task = _insert(unit, request, command, person, due)
    call = Call(template=SUPPORT, by=kind, said=command.text, due=due, roles=TEAM)
    works = tell_team(unit, case.subject, call, event_id=event, now=request.now)
    schedule(unit, [*works, *overdue(task, person, due)])
    return Done(object_id=task, event_id=event)


def _record(request: Request, case: SessionCase, kind: ActorKind, person: int) -> Record:
    """What is written to the team is between the two: it stands in the log of who wrote it, not in the session's history."""
    return Record(
        name="SUPPORT_CONTACTED",
        persons=frozenset({person}),
        actor_kind=kind,
        actor_id=person,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        effects=[{"task": SUPPORT.code, "session": case.subject.session_id}],
        recorded_at=request.now,
        effective_at=request.now,
    )


def _insert(unit: Unit, request: Request, command: ContactSupport, person: int, due: datetime | None) -> int:
    values = {
        "organisation_id": unit.organisation_id,
        "template": SUPPORT.code,
        "session_id": command.session_id,
        "raised_by_id": person,
        "text": command.text,
        "status": TaskStatus.OPEN,
        "opened_at": request.now,
        "due_at": due,
    }
    return unit.connection.execute(insert(Task).values(**values).returning(Task.id)).scalar_one()
