"""Connecting, losing and giving up a Google Calendar; what waits is pushed as soon as there is a connection (CALENDAR 23, 24)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from commands.apply.record import Record, write_event
from commands.apply.slots import push_of
from commands.apply.work import Work, schedule
from models.calendar import GoogleConnection
from models.unit import Database, Unit, lock_persons
from policy.terms import ActorKind, ConnectionStatus

UPCOMING = text("""
SELECT id, coach_id, member_id, version FROM session
WHERE organisation_id = :organisation AND coach_id = :person AND status = 'SCHEDULED' AND ends_at > :now
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A grant that was just given: the sealed refresh token, the granted scopes and our calendar."""

    organisation_id: int
    person_id: int
    sealed_token: bytes
    scopes: str
    calendar_id: str


def connect_calendar(database: Database, connected: Connected, *, now: datetime) -> None:
    """The coach's calendar is connected; every upcoming session of theirs is pushed to it."""
    with database.unit(connected.organisation_id) as unit:
        lock_persons(unit, frozenset({connected.person_id}))
        terms = {
            "status": ConnectionStatus.CONNECTED,
            "calendar_id": connected.calendar_id,
            "sealed_token": connected.sealed_token,
            "scopes": connected.scopes,
            "connected_at": now,
            "last_error": None,
        }
        unit.connection.execute(
            insert(GoogleConnection)
            .values(organisation_id=unit.organisation_id, person_id=connected.person_id, last_pushed_at=None, **terms)
            .on_conflict_do_update(index_elements=["organisation_id", "person_id"], set_=terms)
        )
        event = _record(unit, "CALENDAR_CONNECTED", connected.person_id, now=now)
        schedule(unit, _upcoming(unit, connected.person_id, event, now=now))


def disconnect_calendar(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> bytes | None:
    """The connection is given up and its token forgotten here; returns the sealed token, to be revoked at Google."""
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
        _record(unit, "CALENDAR_DISCONNECTED", person_id, now=now)
        return None if sealed is None else bytes(sealed)


def break_connection(unit: Unit, person_id: int, *, error: str, now: datetime) -> None:
    """The grant is dead: nothing more is sent until the coach connects again; said once in the log."""
    broken = unit.connection.execute(
        text(
            "UPDATE google_connection SET status = 'BROKEN', last_error = :error "
            "WHERE organisation_id = :organisation AND person_id = :person AND status = 'CONNECTED' RETURNING person_id"
        ),
        {"organisation": unit.organisation_id, "person": person_id, "error": error},
    ).one_or_none()
    if broken is not None:
        _record(unit, "CALENDAR_BROKEN", person_id, now=now)


def _record(unit: Unit, name: str, person_id: int, *, now: datetime) -> int:
    record = Record(
        name=name,
        persons=frozenset({person_id}),
        actor_kind=ActorKind.SYSTEM if name == "CALENDAR_BROKEN" else ActorKind.COACH,
        actor_id=None if name == "CALENDAR_BROKEN" else person_id,
        cause=f"{name}:{person_id}",
        recorded_at=now,
        effective_at=now,
    )
    return write_event(unit, record)


def _upcoming(unit: Unit, person_id: int, event: int, *, now: datetime) -> list[Work]:
    values = {"organisation": unit.organisation_id, "person": person_id, "now": now}
    return [
        _again(
            push_of(row.id, row.coach_id, frozenset({row.coach_id, row.member_id}), version=row.version, now=now), event
        )
        for row in unit.connection.execute(UPCOMING, values)
    ]


def _again(work: Work, event: int) -> Work:
    """The same push with this event as its cause, because the session's own may have been worked off before."""
    return Work(
        kind=work.kind,
        cause_key=f"{work.cause_key}:event:{event}",
        persons=work.persons,
        object_id=work.object_id,
        fires_at=work.fires_at,
        lane=work.lane,
    )
