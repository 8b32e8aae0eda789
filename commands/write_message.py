"""sendMessage and markThreadRead: a member and a coach write to each other, anybody writes to the team (A8, V8, O17, O22)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, text

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.apply.work import mails_of, schedule
from commands.notices import NoticeFacts, facts_to_json
from commands.outcome import Done, Outcome, refused
from commands.staff import invalid
from commands.transaction import Request, carry_out
from models.conversation import Message
from models.event import Notification
from models.queries.sessions import parties_of
from models.queries.threads import know_each_other, last_message, threads_of_ids
from models.unit import Database, Unit
from policy.matters import ThreadKind
from policy.terms import ActorKind, NoticeCode, RefusalCode, Role
from policy.texts import says_nothing

OPEN = text("""
INSERT INTO thread (organisation_id, kind, coach_id, member_id, session_id, opened_at)
VALUES (:organisation, :kind, :coach, :member, :session, :now)
ON CONFLICT (organisation_id, member_id, coalesce(coach_id, 0), coalesce(session_id, 0)) DO NOTHING
""")
FIND = text("""
SELECT id FROM thread WHERE organisation_id = :organisation AND member_id = :member
    AND coach_id IS NOT DISTINCT FROM CAST(:coach AS bigint) AND session_id IS NOT DISTINCT FROM CAST(:session AS bigint)
""")
TEAM = text("""
SELECT DISTINCT person.id FROM person JOIN person_role AS role
    ON role.organisation_id = person.organisation_id AND role.person_id = person.id
WHERE person.organisation_id = :organisation AND person.deactivated_at IS NULL AND role.role IN ('STAFF', 'SENIOR_STAFF')
ORDER BY person.id
""")
READ = text("""
INSERT INTO thread_reading (organisation_id, thread_id, person_id, read_to) VALUES (:organisation, :thread, :person, :message)
ON CONFLICT (organisation_id, thread_id, person_id) DO UPDATE SET read_to = greatest(thread_reading.read_to, EXCLUDED.read_to)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMessage:
    """What is written: in a conversation (`thread_id`), to somebody (`to_id`), or to the team; `session_id`: what it is about."""

    text: str
    thread_id: int | None = None
    to_id: int | None = None
    session_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkThreadRead:
    """Everything in the conversation so far is read."""

    thread_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """Whose conversation it is: of a member and a coach, or of somebody with the team."""

    member: int
    coach: int | None
    session: int | None

    def capacity(self, actor: Actor) -> ActorKind | None:
        """In which capacity the actor takes part; None: not at all."""
        if actor.person_id is None:
            return None
        if actor.person_id == self.coach:
            return ActorKind.COACH
        if actor.person_id == self.member:
            return ActorKind.COACH if self.coach is None and Role.COACH in actor.roles else ActorKind.MEMBER
        return ActorKind.STAFF if self.coach is None and actor.is_staff else None


def send_message(database: Database, request: Request, command: SendMessage) -> Outcome:
    """The message stands and whoever it is for is told, but not what it says; the object is the conversation."""
    if says_nothing(command.text):
        return invalid("A message has words.", "text")
    if command.thread_id is not None and (command.to_id is not None or command.session_id is not None):
        # Who names two places may mean either: nobody reads what was meant for somebody else.
        return invalid("Name a conversation, or whom and what it is about, not both.", "thread")
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        between = _between(unit, request.actor, command)
    if between is None or between.capacity(request.actor) is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({between.member, request.actor.person_id or 0, between.coach or between.member})
    return carry_out(
        database, request, command, persons=persons, act=lambda unit: _act(unit, request, command, between)
    )


def _between(unit: Unit, actor: Actor, command: SendMessage) -> Between | None:
    """The people of the conversation that is meant; None where the actor may not begin it."""
    me = actor.person_id
    if command.thread_id is not None:
        row = threads_of_ids(unit, [command.thread_id]).get(command.thread_id)
        return None if row is None else between_of(row)
    parties = None if command.session_id is None else parties_of(unit, [command.session_id]).get(command.session_id)
    if me is None or (command.session_id is not None and (parties is None or me not in parties)):
        return None
    if command.to_id is None:
        return None if actor.is_staff else Between(member=me, coach=None, session=command.session_id)
    for coach, member in ((me, command.to_id), (command.to_id, me)):
        if know_each_other(unit, coach=coach, member=member, session=command.session_id):
            if parties is not None and parties != (coach, member):
                continue
            return Between(member=member, coach=coach, session=command.session_id)
    return None


def between_of(row: Row[Any]) -> Between:
    """The people of a conversation."""
    return Between(member=row.member_id, coach=row.coach_id, session=row.session_id)


def _act(unit: Unit, request: Request, command: SendMessage, between: Between) -> Outcome:
    by = between.capacity(request.actor)
    if by is None:
        return refused(RefusalCode.NOT_FOUND)
    thread = _thread(unit, between, now=request.now)
    author = request.actor.person_id
    values = {
        "organisation_id": unit.organisation_id,
        "thread_id": thread,
        "author_id": author,
        "by": by,
        "text": command.text,
        "written_at": request.now,
    }
    message = unit.connection.execute(insert(Message).values(**values).returning(Message.id)).scalar_one()
    others = _others(unit, between, request.actor)
    event = write_event(unit, _record(request, by, between, thread, message))
    _tell(unit, thread, by, others, event=event, now=request.now)
    return Done(object_id=thread, event_id=event)


def _thread(unit: Unit, between: Between, *, now: datetime) -> int:
    """The one conversation of these people about this, which begins with its first message."""
    values = {
        "organisation": unit.organisation_id,
        "kind": ThreadKind.SUPPORT if between.coach is None else ThreadKind.COACHING,
        "coach": between.coach,
        "member": between.member,
        "session": between.session,
        "now": now,
    }
    unit.connection.execute(OPEN, values)
    return unit.connection.execute(FIND, values).scalar_one()


def _others(unit: Unit, between: Between, actor: Actor) -> list[int]:
    """Whom the message is for."""
    if actor.person_id != between.member:
        return [between.member]
    if between.coach is not None:
        return [between.coach]
    return list(unit.connection.execute(TEAM, {"organisation": unit.organisation_id}).scalars())


def _record(request: Request, by: ActorKind, between: Between, thread: int, message: int) -> Record:
    """That somebody wrote stands in the log of both, and is a sign of life (D-23); what they wrote does not."""
    people = {between.member, request.actor.person_id, between.coach}
    return Record(
        name="MESSAGE_SENT",
        persons=frozenset(one for one in people if one is not None),
        actor_kind=by,
        actor_id=request.actor.person_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        effects=[{"thread": thread, "message": message}],
        recorded_at=request.now,
        effective_at=request.now,
    )


def _tell(unit: Unit, thread: int, by: ActorKind, others: list[int], *, event: int, now: datetime) -> None:
    row = threads_of_ids(unit, [thread])[thread]
    facts = NoticeFacts(
        kind_code="",
        kind_name="",
        # Whoever began a conversation with the team stands in its place as a member does, a coach too.
        coach_name=row.coach_name or row.member_name,
        member_name=row.member_name,
        accounting_zone=row.member_zone,
        starts_at=now,
        ends_at=now,
        sequence=0,
        by=str(by),
        for_team=by is not ActorKind.STAFF and row.coach_id is None,
        for_coach=by is ActorKind.MEMBER and row.coach_id is not None,
    )
    rows = [
        {
            "organisation_id": unit.organisation_id,
            "code": NoticeCode.MESSAGE,
            "recipient_id": person,
            "session_id": None,
            "event_id": event,
            "channel": "EMAIL",
            "facts": facts_to_json(facts),
            "created_at": now,
            "thread_id": thread,
        }
        for person in others
    ]
    if rows:
        written = unit.connection.execute(
            insert(Notification).returning(Notification.id, Notification.recipient_id), rows
        )
        schedule(unit, mails_of([(one.id, one.recipient_id) for one in written], now=now))


def mark_thread_read(database: Database, request: Request, command: MarkThreadRead) -> Outcome:
    """Nothing in the conversation is unread for the reader any more."""
    with database.unit(request.actor.organisation_id) as unit:
        row = threads_of_ids(unit, [command.thread_id]).get(command.thread_id)
        if row is None or between_of(row).capacity(request.actor) is None:
            return refused(RefusalCode.NOT_FOUND)
        values = {
            "organisation": unit.organisation_id,
            "thread": command.thread_id,
            "person": request.actor.person_id,
            "message": last_message(unit, command.thread_id),
        }
        unit.connection.execute(READ, values)
    return Done(object_id=command.thread_id, event_id=0)
