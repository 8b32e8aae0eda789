"""Somebody moved or deleted a session's event in Google Calendar: the event is put back, and they are asked, once (D-53).

No session, credit or money changes by it: what they want they say by the ordinary commands.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from commands.apply.record import Record, write_event
from commands.apply.slots import push_of
from commands.apply.work import Work, into_calendar_of, mails_of, schedule
from commands.facts.sessions import SessionCase, session_cases
from commands.notices import NoticeFacts, facts_to_json
from commands.settle import settle
from models.event import Notification
from models.queries.sessions import parties_of
from models.unit import Database, Unit, lock_persons
from policy.calendars import CalendarEdit
from policy.terms import ActorKind, NoticeCode, SessionStatus

ASK = text("""
INSERT INTO calendar_question (organisation_id, session_id, person_id, edit, sequence, to_starts_at, cause, asked_at)
VALUES (:organisation, :session, :person, :edit, :sequence, :to, :cause, :now)
ON CONFLICT (organisation_id, cause) DO NOTHING RETURNING id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class EventEdited:
    """What was found in the calendar about a session that stood as `sequence` says.

    `edit`: moved, to `to_starts_at` where that is a time for a session, or deleted; None: changed in a way that is put back
    without a word. `mark` names this state of the event.
    """

    session_id: int
    sequence: int
    mark: str
    edit: CalendarEdit | None
    to_starts_at: datetime | None = None


def note_edit(database: Database, organisation_id: int, person_id: int, edited: EventEdited, *, now: datetime) -> bool:
    """The event is on its way back into this person's calendar, and they are asked what they want, unless they were.

    False: the session has changed since, or is not theirs.
    """
    with database.unit(organisation_id, read_only=True) as unit:
        parties = parties_of(unit, [edited.session_id]).get(edited.session_id)
    if parties is None or person_id not in parties:
        return False
    persons = frozenset(parties)
    settle(database, organisation_id, persons, now=now)
    with database.unit(organisation_id) as unit:
        lock_persons(unit, persons)
        case = session_cases(unit, [edited.session_id], now=now)[edited.session_id]
        if case.facts.status is not SessionStatus.SCHEDULED or case.subject.sequence != edited.sequence:
            return False
        schedule(unit, [*_put_back(case, person_id, edited, now=now), *_ask(unit, case, person_id, edited, now=now)])
    return True


def _put_back(case: SessionCase, person_id: int, edited: EventEdited, *, now: datetime) -> list[Work]:
    subject = case.subject
    push = push_of(subject.session_id, subject.coach_id, subject.member_id, version=subject.version, now=now)
    work = into_calendar_of(person_id, push)
    return [replace(work, cause_key=f"{work.cause_key}:back:{edited.mark}")]


def _ask(unit: Unit, case: SessionCase, person_id: int, edited: EventEdited, *, now: datetime) -> list[Work]:
    """The question stands, with the mail that asks it; nothing where it was asked before, or there is nothing to ask."""
    if edited.edit is None:
        return []
    subject = case.subject
    to = "" if edited.to_starts_at is None else edited.to_starts_at.isoformat()
    whose = "" if person_id == subject.coach_id else ":copy"
    cause = f"{subject.session_id}:{subject.sequence}:{edited.edit}:{to}{whose}"
    values = {
        "organisation": unit.organisation_id,
        "session": subject.session_id,
        "person": person_id,
        "edit": edited.edit,
        "sequence": subject.sequence,
        "to": edited.to_starts_at,
        "cause": cause,
        "now": now,
    }
    if unit.connection.execute(ASK, values).one_or_none() is None:
        return []
    record = Record(
        name="CALENDAR_QUESTION_ASKED",
        persons=frozenset({person_id}),
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=f"calendar-question:{cause}",
        recorded_at=now,
        effective_at=now,
    )
    # Not in the history of the session, which its member reads too: what somebody does in their calendar is their own.
    event = write_event(unit, record)
    written = unit.connection.execute(
        insert(Notification).returning(Notification.id), _message(unit, case, person_id, edited, event, now)
    )
    return mails_of([(written.scalar_one(), person_id)], now=now)


def _message(
    unit: Unit, case: SessionCase, person_id: int, edited: EventEdited, event: int, now: datetime
) -> dict[str, Any]:
    subject = case.subject
    return {
        "organisation_id": unit.organisation_id,
        "code": NoticeCode.CALENDAR_QUESTION,
        "recipient_id": person_id,
        "session_id": subject.session_id,
        "event_id": event,
        "channel": "EMAIL",
        "facts": facts_to_json(_facts(case, edited, now=now)),
        "created_at": now,
    }


def _facts(case: SessionCase, edited: EventEdited, *, now: datetime) -> NoticeFacts:
    subject, to = case.subject, edited.to_starts_at
    length: timedelta = subject.ends_at - subject.starts_at
    return NoticeFacts(
        kind_code=subject.kind_code,
        kind_name=subject.kind_name,
        coach_name=subject.coach_name,
        member_name=subject.member_name,
        accounting_zone=subject.accounting_zone,
        starts_at=subject.starts_at,
        ends_at=subject.ends_at,
        sequence=subject.sequence,
        by=str(ActorKind.SYSTEM),
        edited=edited.edit,
        proposed_starts_at=to,
        proposed_ends_at=None if to is None else to + length,
        change_links=now < subject.starts_at,
    )
