"""Connecting a coach's Google Calendar by OAuth: there with a state and PKCE, back with a code (CALENDAR 23)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from os import urandom
from typing import Any

from sqlalchemy import Row, text

from calendar_sync.google import handshake, oauth
from calendar_sync.google.accounts import GoogleSettings, new_calendar
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.failures import GoogleFailure, Permanent
from calendar_sync.google.handshake import Handshake
from calendar_sync.google.vault import Unreadable
from commands.connect_calendar import Connected, connect_calendar, disconnect_calendar
from models.queries.context import organisation_now
from models.unit import Database

CONSENT_LASTS = timedelta(minutes=10)

COACH = text("""
SELECT person.email, coach.hours_zone, organisation.is_sandbox, connection.calendar_id, connection.sealed_token
FROM person JOIN organisation ON organisation.id = person.organisation_id
JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = person.organisation_id AND connection.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = :person
""")


class NotOffered(Exception):
    """There is no such coach, or no Google is set up for their organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """Where to send the browser, and what it has to bring back in a cookie."""

    url: str
    handshake: Handshake


def begin(
    database: Database,
    settings: GoogleSettings,
    *,
    organisation_id: int,
    person_id: int,
    redirect_uri: str,
    real_now: datetime,
) -> Consent:
    """The address of Google's consent page for this coach. Raises NotOffered."""
    coach = _coach(database, organisation_id, person_id)
    endpoints = _endpoints(settings, coach)
    begun = handshake.begin(
        settings.keyring,
        organisation=organisation_id,
        person=person_id,
        expires_at=real_now + CONSENT_LASTS,
        nonce=urandom(16),
    )
    url = oauth.authorisation_url(
        endpoints,
        redirect_uri=redirect_uri,
        state=begun.state,
        code_verifier=begun.code_verifier,
        login_hint=coach.email,
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
    """The coach is connected and upcoming sessions are on their way. Raises StateRefused, NotOffered, a GoogleFailure."""
    begun = handshake.finish(settings.keyring, state=state, begun_with=begun_with, now=real_now)
    coach = _coach(database, begun.organisation, begun.person)
    endpoints = _endpoints(settings, coach)
    granted = oauth.exchange(endpoints, code=code, code_verifier=begun.code_verifier, redirect_uri=redirect_uri)
    if granted.refresh_token is None:
        raise Permanent("noRefreshToken")
    calendar_id, refresh_token = _calendar(endpoints, granted.refresh_token, coach)
    sealed = settings.vault.seal(refresh_token, organisation=begun.organisation, person=begun.person)
    connected = Connected(
        organisation_id=begun.organisation,
        person_id=begun.person,
        sealed_token=sealed,
        scopes=" ".join(sorted(granted.scopes)),
        calendar_id=calendar_id,
    )
    with database.unit(begun.organisation, read_only=True) as unit:
        now = organisation_now(unit)
    connect_calendar(database, connected, now=now)
    return begun


def disconnect(
    database: Database, settings: GoogleSettings, *, organisation_id: int, person_id: int, now: datetime
) -> None:
    """Nothing is sent any more, and the grant is revoked at Google as far as it can be reached (CALENDAR 24)."""
    coach = _coach(database, organisation_id, person_id)
    endpoints = settings.endpoints(is_sandbox=coach.is_sandbox)
    sealed = disconnect_calendar(database, organisation_id, person_id, now=now)
    if sealed is None or endpoints is None:
        return
    try:
        oauth.revoke(endpoints, settings.vault.open(sealed, organisation=organisation_id, person=person_id))
    except (GoogleFailure, Unreadable):
        # The token is forgotten here in any case; a dead or unreachable grant cannot be revoked twice.
        return


def _coach(database: Database, organisation_id: int, person_id: int) -> Row[Any]:
    with database.unit(organisation_id, read_only=True) as unit:
        row = unit.connection.execute(COACH, {"organisation": organisation_id, "person": person_id}).one_or_none()
    if row is None:
        raise NotOffered
    return row


def _endpoints(settings: GoogleSettings, coach: Row[Any]) -> GoogleEndpoints:
    endpoints = settings.endpoints(is_sandbox=coach.is_sandbox)
    if endpoints is None:
        raise NotOffered
    return endpoints


def _calendar(endpoints: GoogleEndpoints, refresh_token: str, coach: Row[Any]) -> tuple[str, str]:
    """Our calendar among the coach's, made unless it is there from before, and the refresh token that is good now."""
    """The calendar that we had before, if it is still there; else a new one of our own."""
    account = GoogleAccount(endpoints, refresh_token)
    try:
        known: str | None = coach.calendar_id
        if known is None or not account.has_calendar(known):
            known = new_calendar(account, zone=coach.hours_zone)
        return known, account.refresh_token
    finally:
        account.close()
