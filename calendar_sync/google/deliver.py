"""One push that is due: the coach's calendar comes to hold what the database says of one session (MODEL 11, D-53)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import SystemRandom
from typing import Any

from sqlalchemy import Row, text

from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.backoff import delay
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import ConnectionBroken, GoogleFailure, Permanent, Transient
from calendar_sync.google.mapping import ConferenceStatus, EventKey, EventStatus, SessionEvent
from calendar_sync.google.push import KnownEvent, PushResult, push
from calendar_sync.google.vault import Unreadable
from commands.connect_calendar import break_connection
from models.unit import Database, Unit

POLL_CONFERENCE = timedelta(seconds=10)
_CHANCE = SystemRandom()

SESSION = text("""
SELECT s.id, s.status, s.provisional, s.starts_at, s.ends_at, s.sequence, s.coach_id,
    kind.name AS kind_name, member.name AS member_name, coach.hours_zone,
    resolved.document -> 'values' -> 'conference.provider' ->> 'value' AS provider,
    organisation.is_sandbox, connection.status AS connection, connection.sealed_token, connection.calendar_id,
    known.event_id, known.generation, known.etag, known.deleted, known.conference_url, known.conference_status
FROM session AS s
JOIN organisation ON organisation.id = s.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS member ON member.organisation_id = s.organisation_id AND member.id = s.member_id
JOIN coach ON coach.organisation_id = s.organisation_id AND coach.person_id = s.coach_id
JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = s.organisation_id AND connection.person_id = s.coach_id
LEFT JOIN google_event AS known ON known.organisation_id = s.organisation_id AND known.session_id = s.id
WHERE s.organisation_id = :organisation AND s.id = :session
""")

KNOWN = text("""
INSERT INTO google_event (organisation_id, session_id, person_id, event_id, generation, etag, deleted, conference_url,
    conference_status, pushed_at)
VALUES (:organisation, :session, :person, :event, :generation, :etag, :deleted, :url, :conference, :now)
ON CONFLICT (organisation_id, session_id) DO UPDATE SET event_id = EXCLUDED.event_id, generation = EXCLUDED.generation,
    etag = EXCLUDED.etag, deleted = EXCLUDED.deleted, conference_url = EXCLUDED.conference_url,
    conference_status = EXCLUDED.conference_status, pushed_at = EXCLUDED.pushed_at
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """The calendar agrees with the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TryLater:
    """Google could not do it now, or is still making the Meet link."""

    after: timedelta
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Repeating changes nothing: shown to the coach, and to staff among the set-aside work."""

    error: str


PushOutcome = Pushed | TryLater | GivenUp


def push_session(
    database: Database, settings: GoogleSettings, *, organisation_id: int, session_id: int, attempt: int, now: datetime
) -> PushOutcome:
    """Bring the session's event to the session as it stands now, whichever change caused the push.

    Without a connection there is nothing to do: connecting pushes what is upcoming.
    """
    row = _load(database, organisation_id, session_id)
    if row is None or row.connection != "CONNECTED" or row.calendar_id is None:
        return Pushed()
    endpoints = settings.endpoints(is_sandbox=row.is_sandbox)
    if endpoints is None:
        return GivenUp(error="googleNotConfigured")
    try:
        account = _account(settings, endpoints, organisation_id, row)
    except Unreadable:
        return _broken(database, organisation_id, row.coach_id, "tokenUnreadable", now)
    try:
        key = EventKey.of(settings.keyring.key("google/event"), organisation=organisation_id, session=session_id)
        result = push(account.calendar(row.calendar_id), key, _wanted(row), _known(row))
    except ConnectionBroken as fault:
        return _broken(database, organisation_id, row.coach_id, fault.code, now)
    except GoogleFailure as fault:
        return _failed(database, organisation_id, row.coach_id, fault, attempt)
    finally:
        account.close()
    _keep(database, settings, organisation_id, row, account, result, now)
    return TryLater(after=POLL_CONFERENCE, error="conferencePending") if result.poll_again else Pushed()


def _load(database: Database, organisation_id: int, session_id: int) -> Row[Any] | None:
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(SESSION, {"organisation": organisation_id, "session": session_id}).one_or_none()


def _account(
    settings: GoogleSettings, endpoints: GoogleEndpoints, organisation_id: int, row: Row[Any]
) -> GoogleAccount:
    token = settings.vault.open(bytes(row.sealed_token), organisation=organisation_id, person=row.coach_id)
    return GoogleAccount(endpoints, token)


def _wanted(row: Row[Any]) -> SessionEvent | None:
    """What the calendar shall say; None: the session left it. What has taken place stays as it was (MODEL 11)."""
    if row.status == "CANCELLED":
        return None
    starts, ends = row.starts_at.astimezone(UTC), row.ends_at.astimezone(UTC)
    return SessionEvent(
        title=f"{row.kind_name} with {row.member_name}",
        description="Booked in Fortnight. Change or cancel it there: what is changed here alone is put back.",
        starts=SessionEvent.wall_time(starts, row.hours_zone),
        ends=SessionEvent.wall_time(ends, row.hours_zone),
        zone=row.hours_zone,
        status=EventStatus.TENTATIVE if row.provisional else EventStatus.CONFIRMED,
        conference=row.provider == "GOOGLE_MEET",
        sequence=row.sequence,
    )


def _known(row: Row[Any]) -> KnownEvent | None:
    if row.event_id is None:
        return None
    return KnownEvent(
        event_id=row.event_id,
        generation=row.generation,
        etag=row.etag,
        deleted=row.deleted,
        hangout_link=row.conference_url,
        conference=ConferenceStatus(row.conference_status or "none"),
    )


def _keep(
    database: Database,
    settings: GoogleSettings,
    organisation_id: int,
    row: Row[Any],
    account: GoogleAccount,
    result: PushResult,
    now: datetime,
) -> None:
    """What we know of the event, the Meet link, and a refresh token that Google gave in place of ours."""
    known = result.known
    with database.unit(organisation_id) as unit:
        values = {
            "organisation": organisation_id,
            "session": row.id,
            "person": row.coach_id,
            "event": known.event_id,
            "generation": known.generation,
            "etag": known.etag,
            "deleted": known.deleted,
            "url": known.hangout_link,
            "conference": str(known.conference),
            "now": now,
        }
        unit.connection.execute(KNOWN, values)
        _connection(unit, row.coach_id, "last_pushed_at = :now, last_error = NULL", now=now)
        if account.renewed_token is not None:
            sealed = settings.vault.seal(account.renewed_token, organisation=organisation_id, person=row.coach_id)
            _connection(unit, row.coach_id, "sealed_token = :sealed", sealed=sealed)


def _connection(unit: Unit, person_id: int, change: str, **values: object) -> None:
    unit.connection.execute(
        text(f"UPDATE google_connection SET {change} WHERE organisation_id = :organisation AND person_id = :person"),
        {"organisation": unit.organisation_id, "person": person_id, **values},
    )


def _broken(database: Database, organisation_id: int, person_id: int, error: str, now: datetime) -> PushOutcome:
    with database.unit(organisation_id) as unit:
        break_connection(unit, person_id, error=error, now=now)
    return Pushed()


def _failed(
    database: Database, organisation_id: int, person_id: int, fault: GoogleFailure, attempt: int
) -> PushOutcome:
    with database.unit(organisation_id) as unit:
        _connection(unit, person_id, "last_error = :error", error=str(fault))
    if isinstance(fault, Permanent):
        return GivenUp(error=str(fault))
    retry_after = fault.retry_after if isinstance(fault, Transient) else None
    return TryLater(after=delay(attempt, _CHANCE.random(), retry_after=retry_after), error=str(fault))
