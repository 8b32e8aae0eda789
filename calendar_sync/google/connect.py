"""Connecting a person's Google Calendar by OAuth: there with a state and PKCE, back with a code (CALENDAR 23)."""

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from os import urandom
from typing import Any

from sqlalchemy import Row, text

from calendar_sync.google import handshake, oauth
from calendar_sync.google.accounts import GoogleSettings, new_calendar
from calendar_sync.google.client import PRIMARY, GoogleAccount
from calendar_sync.google.endpoints import EVENTS_OWNED, GoogleEndpoints
from calendar_sync.google.failures import ConnectionBroken, GoogleFailure, Permanent
from calendar_sync.google.handshake import Handshake
from calendar_sync.google.vault import Unreadable
from commands.connect_calendar import Connected, connect_calendar, disconnect_calendar
from models.queries.context import organisation_now
from models.unit import Database
from policy.calendars import CalendarPlace
from policy.terms import ConnectionStatus

CONSENT_LASTS = timedelta(minutes=10)

PERSON = text("""
SELECT person.email, coalesce(coach.hours_zone, person.zone) AS zone, coach.person_id IS NOT NULL AS is_coach, organisation.is_sandbox,
    connection.calendar_id, connection.place, connection.sealed_token, connection.status
FROM person JOIN organisation ON organisation.id = person.organisation_id
LEFT JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = person.organisation_id AND connection.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = :person AND person.deactivated_at IS NULL
    AND (coach.person_id IS NOT NULL OR EXISTS (SELECT FROM person_role AS role
        WHERE role.organisation_id = person.organisation_id AND role.person_id = person.id AND role.role IN ('COACH', 'MEMBER')))
""")

# What we have written into a calendar and is not over yet, as far as we know: of sessions alone, of series, and of proposed times.
WRITTEN = text("""
SELECT known.event_id FROM google_event AS known
JOIN session AS s ON s.organisation_id = known.organisation_id AND s.id = known.session_id AND s.ends_at > :now
WHERE known.organisation_id = :organisation AND known.person_id = :person AND NOT known.deleted
UNION SELECT known.event_id FROM google_series AS known
JOIN series AS r ON r.organisation_id = known.organisation_id AND r.id = known.series_id
WHERE known.organisation_id = :organisation AND known.person_id = :person AND NOT known.deleted
    AND coalesce(r.until_on >= CAST(:now AS timestamptz)::date - 1, true)
UNION SELECT event_id FROM google_hold WHERE organisation_id = :organisation AND person_id = :person AND NOT deleted
ORDER BY event_id
""")


class NotOffered(Exception):
    """There is no such coach or member, or no Google is set up for their organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Where to send the browser, and what it has to bring back in a cookie."""

    url: str
    handshake: Handshake


def delegate(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    person_id: int,
    place: CalendarPlace = CalendarPlace.OWN,
) -> bool:
    """The calendar is connected without consent, because a service account speaks for everybody of the person's domain.

    False: they have to be asked. Raises NotOffered, a GoogleFailure.
    """
    person = _person(database, organisation_id, person_id)
    endpoints = _asking(settings, person, place)
    account = endpoints.service_account
    if account is None or not account.speaks_for(person.email):
        return False
    whose = _Whose(organisation_id=organisation_id, person_id=person_id, place=place)
    _connect(database, settings, endpoints, whose, person, oauth.delegated(person.email), endpoints.scopes)
    return True


def begin(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    person_id: int,
    redirect_uri: str,
    real_now: datetime,
    place: CalendarPlace = CalendarPlace.OWN,
) -> Consent:
    """The address of Google's consent page for this person. Raises NotOffered."""
    person = _person(database, organisation_id, person_id)
    endpoints = _asking(settings, person, place)
    begun = handshake.begin(
        settings.keyring,
        organisation=organisation_id,
        person=person_id,
        expires_at=real_now + CONSENT_LASTS,
        nonce=urandom(16),
        place=place,
    )
    url = oauth.authorisation_url(
        endpoints,
        redirect_uri=redirect_uri,
        state=begun.state,
        code_verifier=begun.code_verifier,
        login_hint=person.email,
    )
    return Consent(url=url, handshake=begun)


def finish(
    database: Database,
    settings: GoogleSettings,
    *,
    state: str,
    begun_with: str,
    code: str,
    redirect_uri: str,
    real_now: datetime,
) -> Handshake:
    """The calendar is connected and upcoming sessions are on their way. Raises StateRefused, NotOffered, a GoogleFailure."""
    begun = handshake.finish(settings.keyring, state=state, begun_with=begun_with, now=real_now)
    person = _person(database, begun.organisation, begun.person)
    endpoints = _asking(settings, person, begun.place)
    granted = oauth.exchange(endpoints, code=code, code_verifier=begun.code_verifier, redirect_uri=redirect_uri)
    if granted.refresh_token is None:
        raise Permanent("noRefreshToken")
    whose = _Whose(organisation_id=begun.organisation, person_id=begun.person, place=begun.place)
    _connect(database, settings, endpoints, whose, person, granted.refresh_token, granted.scopes)
    return begun


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whose:
    """Whose calendar is connected, and which."""

    organisation_id: int
    person_id: int
    place: CalendarPlace


def _connect(
    database: Database,
    settings: GoogleSettings,
    endpoints: GoogleEndpoints,
    whose: _Whose,
    person: Row[Any],
    grant: str,
    scopes: Iterable[str],
) -> None:
    with closing(GoogleAccount(endpoints, grant)) as account:
        if person.place is not None and person.place != whose.place:
            may = EVENTS_OWNED in endpoints.scopes
            _take_away(database, settings, whose, person, account if may else None)
        calendar_id = _calendar(account, whose.place, person)
        refresh_token = account.refresh_token
    connected = Connected(
        organisation_id=whose.organisation_id,
        person_id=whose.person_id,
        sealed_token=settings.vault.seal(refresh_token, organisation=whose.organisation_id, person=whose.person_id),
        scopes=" ".join(sorted(scopes)),
        calendar_id=calendar_id,
        place=whose.place,
        is_coach=person.is_coach,
    )
    with database.unit(whose.organisation_id, read_only=True) as unit:
        now = organisation_now(unit)
    connect_calendar(database, connected, now=now)


def _calendar(account: GoogleAccount, place: CalendarPlace, person: Row[Any]) -> str:
    """The calendar that was ours before, if it is still there, else a new one; or the primary one, which is always there."""
    if place is CalendarPlace.PRIMARY:
        return PRIMARY
    known: str | None = person.calendar_id if person.place == CalendarPlace.OWN else None
    if known is None or not account.has_calendar(known):
        return new_calendar(account, zone=person.zone)
    return known


def _take_away(
    database: Database, settings: GoogleSettings, whose: _Whose, person: Row[Any], account: GoogleAccount | None
) -> None:
    """What we wrote into the calendar of before is gone, so that nothing stands twice, or counts as a private appointment.

    The grant of before may do it; where that is dead, `account`, which has the right to all events of the person.
    """
    with database.unit(whose.organisation_id, read_only=True) as unit:
        values = {"organisation": whose.organisation_id, "person": whose.person_id, "now": organisation_now(unit)}
        written = unit.connection.execute(WRITTEN, values).scalars().all()
    if not written:
        return
    before = None if person.sealed_token is None else bytes(person.sealed_token)
    endpoints = _endpoints(settings, person).asking(person.place, is_coach=person.is_coach)
    try:
        if before is not None:
            token = settings.vault.open(before, organisation=whose.organisation_id, person=whose.person_id)
            with closing(GoogleAccount(endpoints, token)) as earlier:
                _delete(earlier, person.calendar_id, written)
            return
    except (ConnectionBroken, Unreadable):
        pass
    if account is not None:
        _delete(account, person.calendar_id, written)


def _delete(account: GoogleAccount, calendar_id: str, events: Iterable[str]) -> None:
    calendar = account.calendar(calendar_id)
    for event_id in events:
        calendar.delete(event_id)


def disconnect(
    database: Database, settings: GoogleSettings, *, organisation_id: int, person_id: int, now: datetime
) -> None:
    """Nothing is sent any more, and the grant is revoked at Google as far as it can be reached (CALENDAR 24)."""
    person = _person(database, organisation_id, person_id)
    endpoints = settings.endpoints(is_sandbox=person.is_sandbox)
    sealed = disconnect_calendar(database, organisation_id, person_id, is_coach=person.is_coach, now=now)
    if sealed is None or endpoints is None:
        return
    try:
        grant = settings.vault.open(sealed, organisation=organisation_id, person=person_id)
        if not grant.startswith(oauth.DELEGATED):
            oauth.revoke(endpoints, grant)
    except (GoogleFailure, Unreadable):
        # The token is forgotten here in any case; a dead or unreachable grant cannot be revoked twice.
        return


def _person(database: Database, organisation_id: int, person_id: int) -> Row[Any]:
    with database.unit(organisation_id, read_only=True) as unit:
        row = unit.connection.execute(PERSON, {"organisation": organisation_id, "person": person_id}).one_or_none()
    if row is None:
        raise NotOffered
    return row


def _asking(settings: GoogleSettings, person: Row[Any], place: CalendarPlace) -> GoogleEndpoints:
    """The least that has to be asked for; who comes back from a primary calendar lets us take away what stands there."""
    asking = _endpoints(settings, person).asking(place, is_coach=person.is_coach)
    leaves = person.place == CalendarPlace.PRIMARY and place is CalendarPlace.OWN
    if not leaves or person.status == ConnectionStatus.CONNECTED:
        return asking
    return replace(asking, scopes=(*asking.scopes, EVENTS_OWNED))


def _endpoints(settings: GoogleSettings, person: Row[Any]) -> GoogleEndpoints:
    endpoints = settings.endpoints(is_sandbox=person.is_sandbox)
    if endpoints is None:
        raise NotOffered
    return endpoints
