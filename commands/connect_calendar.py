"""Connecting, losing, replacing and giving up a Google Calendar; what waits is pushed once there is one again (CALENDAR 23, 24)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from commands.apply.record import Record, write_event
from commands.apply.slots import push_of, push_of_hold
from commands.apply.work import Work, into_calendar_of, push_lane, schedule
from commands.calendar_news import tell_coach
from commands.read_calendar import reading_of
from commands.series.pushing import push_of_series
from models.calendar import GoogleConnection
from models.queries.proposals import SLOTS
from models.unit import Database, Unit, lock_persons
from policy.calendars import CalendarPlace
from policy.terms import ActorKind, ConnectionStatus

TO_PUSH = text("""
SELECT s.id, s.coach_id, s.member_id, s.version FROM session AS s
LEFT JOIN google_event AS known ON known.organisation_id = s.organisation_id AND known.session_id = s.id AND known.person_id = :person
WHERE s.organisation_id = :organisation AND (s.coach_id = :person OR s.member_id = :person)
    AND NOT EXISTS (SELECT FROM series_occurrence AS place WHERE place.organisation_id = s.organisation_id AND place.session_id = s.id) AND (
    (s.status = 'SCHEDULED' AND s.ends_at > :now)
    OR (s.status = 'CANCELLED' AND NOT coalesce(known.deleted, s.ends_at <= :now)))
ORDER BY s.starts_at, s.id
""")

# A series that ended long ago is not brought into a new calendar; one that still has something ahead is, with its past.
SERIES_TO_PUSH = text("""
SELECT r.id, r.coach_id, r.member_id, r.version FROM series AS r
LEFT JOIN google_series AS known ON known.organisation_id = r.organisation_id AND known.series_id = r.id AND known.person_id = :person
WHERE r.organisation_id = :organisation AND (r.coach_id = :person OR r.member_id = :person) AND (
    r.status = 'ACTIVE' OR NOT coalesce(known.deleted, true) OR EXISTS (
        SELECT FROM series_occurrence AS place
        JOIN session AS s ON s.organisation_id = place.organisation_id AND s.id = place.session_id
        WHERE place.organisation_id = r.organisation_id AND place.series_id = r.id AND s.status = 'SCHEDULED' AND s.ends_at > :now))
ORDER BY r.id
""")

HOLDS_TO_PUSH = text(f"""
SELECT asked.id, asked.coach_id, asked.member_id, asked.version FROM proposal AS asked
WHERE asked.organisation_id = :organisation AND asked.coach_id = :person AND EXISTS (
    SELECT FROM {SLOTS} AS held
    LEFT JOIN google_hold AS known
        ON known.organisation_id = asked.organisation_id AND known.proposal_id = asked.id AND known.slot = held.number
    WHERE asked.status = 'PENDING' OR NOT coalesce(known.deleted, true))
ORDER BY asked.id
""")

# The primary calendar has the same name in every account: how far one was read says nothing of the one that is connected now.
BEGIN_READING = text("""
UPDATE google_reading SET sync_token = NULL, channel_id = NULL, resource_id = NULL, channel_expires_at = NULL
WHERE organisation_id = :organisation AND person_id = :person
""")

STATUS = text("SELECT status FROM google_connection WHERE organisation_id = :organisation AND person_id = :person")

RESUME = text("""
UPDATE due_work SET set_aside_at = NULL, lease_until = NULL, last_error = NULL, attempts = 0, fires_at = :now, effective_at = :now
WHERE organisation_id = :organisation AND lane = :lane AND done_at IS NULL AND set_aside_at IS NOT NULL
""")

REPLACE = text("""
UPDATE google_connection SET calendar_id = :calendar
WHERE organisation_id = :organisation AND person_id = :person AND calendar_id = :before AND status = 'CONNECTED' AND place = 'OWN'
RETURNING person_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A grant that was just given: the sealed refresh token, the granted scopes and the calendar that is to follow."""

    organisation_id: int
    person_id: int
    sealed_token: bytes
    scopes: str
    calendar_id: str
    place: CalendarPlace = CalendarPlace.OWN
    is_coach: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """Its owner deleted the calendar `before`; `calendar_id` was made in its place."""

    organisation_id: int
    person_id: int
    before: str
    calendar_id: str


def connect_calendar(database: Database, connected: Connected, *, now: datetime) -> None:
    """The person's calendar is connected; upcoming sessions are pushed to it, and what was cancelled meanwhile leaves it."""
    with database.unit(connected.organisation_id) as unit:
        lock_persons(unit, frozenset({connected.person_id}))
        terms = {
            "status": ConnectionStatus.CONNECTED,
            "calendar_id": connected.calendar_id,
            "place": connected.place,
            "sealed_token": connected.sealed_token,
            "scopes": connected.scopes,
            "connected_at": now,
            "last_error": None,
        }
        whose = {"organisation": unit.organisation_id, "person": connected.person_id}
        was = unit.connection.execute(STATUS, whose).scalar_one_or_none()
        unit.connection.execute(
            insert(GoogleConnection)
            .values(organisation_id=unit.organisation_id, person_id=connected.person_id, last_pushed_at=None, **terms)
            .on_conflict_do_update(index_elements=["organisation_id", "person_id"], set_=terms)
        )
        if connected.place is CalendarPlace.PRIMARY:
            unit.connection.execute(BEGIN_READING, whose)
        event = _record(unit, "CALENDAR_CONNECTED", connected.person_id, is_coach=connected.is_coach, now=now)
        if was == ConnectionStatus.BROKEN:
            schedule(unit, tell_coach(unit, connected.person_id, ConnectionStatus.CONNECTED, event=event, now=now))
        _push_again(unit, connected.person_id, event, now=now)


def replace_calendar(database: Database, replaced: Replaced, *, now: datetime) -> bool:
    """The new calendar has the place of the lost one, and all that stood there is pushed to it; False: it was replaced before."""
    with database.unit(replaced.organisation_id) as unit:
        lock_persons(unit, frozenset({replaced.person_id}))
        values = {"person": replaced.person_id, "before": replaced.before, "calendar": replaced.calendar_id}
        bound = {"organisation": unit.organisation_id, **values}
        if unit.connection.execute(REPLACE, bound).one_or_none() is None:
            return False
        event = _record(unit, "CALENDAR_REPLACED", replaced.person_id, now=now)
        _push_again(unit, replaced.person_id, event, now=now)
        return True


def disconnect_calendar(
    database: Database, organisation_id: int, person_id: int, *, now: datetime, is_coach: bool = True
) -> bytes | None:
    """The connection is given up, its token and what was read over it are forgotten here; returns the sealed token, to be revoked at Google."""
    with database.unit(organisation_id) as unit:
        lock_persons(unit, frozenset({person_id}))
        values = {"organisation": organisation_id, "person": person_id}
        sealed = unit.connection.execute(
            text(
                "SELECT sealed_token FROM google_connection WHERE organisation_id = :organisation AND person_id = :person"
            ),
            values,
        ).scalar_one_or_none()
        unit.connection.execute(
            text(
                "UPDATE google_connection SET status = 'DISCONNECTED', sealed_token = NULL, last_error = NULL "
                "WHERE organisation_id = :organisation AND person_id = :person"
            ),
            values,
        )
        for forgotten in ("google_busy", "google_reading"):
            unit.connection.execute(
                text(f"DELETE FROM {forgotten} WHERE organisation_id = :organisation AND person_id = :person"), values
            )
        _record(unit, "CALENDAR_DISCONNECTED", person_id, is_coach=is_coach, now=now)
        return None if sealed is None else bytes(sealed)


def break_connection(unit: Unit, person_id: int, *, error: str, now: datetime) -> None:
    """The grant is dead: nothing more is sent until its owner, who is told once, connects again. The lock must be held."""
    broken = unit.connection.execute(
        text(
            "UPDATE google_connection SET status = 'BROKEN', last_error = :error "
            "WHERE organisation_id = :organisation AND person_id = :person AND status = 'CONNECTED' RETURNING person_id"
        ),
        {"organisation": unit.organisation_id, "person": person_id, "error": error},
    ).one_or_none()
    if broken is not None:
        event = _record(unit, "CALENDAR_BROKEN", person_id, now=now)
        schedule(unit, tell_coach(unit, person_id, ConnectionStatus.BROKEN, event=event, now=now))


def _record(unit: Unit, name: str, person_id: int, *, now: datetime, is_coach: bool = True) -> int:
    by_itself = name in ("CALENDAR_BROKEN", "CALENDAR_REPLACED")
    record = Record(
        name=name,
        persons=frozenset({person_id}),
        actor_kind=ActorKind.SYSTEM if by_itself else ActorKind.COACH if is_coach else ActorKind.MEMBER,
        actor_id=None if by_itself else person_id,
        cause=f"{name}:{person_id}",
        recorded_at=now,
        effective_at=now,
    )
    return write_event(unit, record)


def _push_again(unit: Unit, person_id: int, event: int, *, now: datetime) -> None:
    """What was set aside has its turn again, and every session that the calendar may not show as it stands is pushed."""
    values = {"organisation": unit.organisation_id, "now": now}
    unit.connection.execute(RESUME, {**values, "lane": push_lane(person_id)})
    rows = unit.connection.execute(TO_PUSH, {**values, "person": person_id}).all()
    pushes = [
        into_calendar_of(person_id, push_of(row.id, row.coach_id, row.member_id, version=row.version, now=now))
        for row in rows
    ]
    holds = [
        push_of_hold(row.id, row.coach_id, frozenset({row.coach_id, row.member_id}), version=row.version, now=now)
        for row in unit.connection.execute(HOLDS_TO_PUSH, {**values, "person": person_id})
    ]
    series = [
        into_calendar_of(person_id, push_of_series(row, now=now))
        for row in unit.connection.execute(SERIES_TO_PUSH, {**values, "person": person_id})
    ]
    reading = reading_of(person_id, cause=f"event:{event}", now=now)
    schedule(unit, [*(_again(push, event) for push in (*pushes, *series, *holds)), reading])


def _again(work: Work, event: int) -> Work:
    """The same push with this event as its cause, because the session's own may have been worked off before."""
    return replace(work, cause_key=f"{work.cause_key}:event:{event}")
