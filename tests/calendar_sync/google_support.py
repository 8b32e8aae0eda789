"""A coach who consented at the double, as the tests of both rooms need one."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2 as httpx
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from calendar_sync.google import oauth
from calendar_sync.google.client import GoogleAccount, GoogleCalendar
from calendar_sync.google.endpoints import LEAST_SCOPES, GoogleEndpoints, ServiceAccount
from calendar_sync.google.mapping import EventKey, EventStatus, SessionEvent
from calendar_sync.google_double import GoogleDouble, Handle
from calendar_sync.google_double.delegation import Delegate

Json = dict[str, Any]

EVA = "eva@example.com"
CALLBACK = "http://127.0.0.1:8000/google/callback"
VERIFIER = "a-verifier-of-forty-three-characters-or-more"
KEY = EventKey.of(b"a derived key of thirty-two byte", organisation=1, session=1)


def endpoints_of(double: Handle, *, scopes: tuple[str, ...] = LEAST_SCOPES) -> GoogleEndpoints:
    """Where the double is, for an application that asks for these scopes."""
    return GoogleEndpoints.loopback(double.url, scopes=scopes)


def consent_url(endpoints: GoogleEndpoints, *, email: str = EVA, **more: Any) -> str:
    """The authorisation URL that our own code makes."""
    return oauth.authorisation_url(
        endpoints, redirect_uri=CALLBACK, state="the-state", code_verifier=VERIFIER, login_hint=email, **more
    )


def brought_back(callback: str) -> dict[str, str]:
    """What the browser carried to our callback."""
    return {name: values[0] for name, values in parse_qs(urlsplit(callback).query).items()}


def granted(double: Handle, *, email: str = EVA, scopes: tuple[str, ...] = LEAST_SCOPES) -> oauth.Granted:
    """The tokens of a coach who allowed everything."""
    endpoints = endpoints_of(double, scopes=scopes)
    code = brought_back(double.consent(consent_url(endpoints, email=email)))["code"]
    return oauth.exchange(endpoints, code=code, code_verifier=VERIFIER, redirect_uri=CALLBACK)


def account_of(
    double: GoogleDouble,
    *,
    email: str = EVA,
    scopes: tuple[str, ...] = LEAST_SCOPES,
    timeout: timedelta = timedelta(seconds=5),
) -> GoogleAccount:
    """The Google account of a coach who is connected; to be closed."""
    refresh_token = granted(double, email=email, scopes=scopes).refresh_token
    assert refresh_token is not None
    return GoogleAccount(endpoints_of(double, scopes=scopes), refresh_token, timeout=timeout)


def plain_http() -> httpx.Client:
    """A client without TLS, whose certificates would take longer to load than all the rest."""
    return httpx.Client(verify=False, trust_env=False, timeout=10)


@dataclass
class Raw:
    """The API without any client library: what nobody's client would send can be sent too."""

    double: Handle
    token: str = field(repr=False)
    calendar_id: str

    def __call__(self, method: str, path: str = "", *, body: Any = None, **query: Any) -> httpx.Response:
        """The answer to a call below the calendar's `events`."""
        return self.api(method, f"calendars/{self.calendar_id}/events{path}", body=body, **query)

    def api(
        self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] | None = None, **query: Any
    ) -> httpx.Response:
        """The answer to any call of the API."""
        url = f"{self.double.url}/calendar/v3/{path}"
        sent = {"authorization": f"Bearer {self.token}", **(headers or {})}
        with plain_http() as client:
            return client.request(method, url, json=body, params=query, headers=sent)


def raw_of(double: Handle, *, email: str = EVA, scopes: tuple[str, ...] = LEAST_SCOPES) -> Raw:
    """A connected coach without a client library, with a calendar of the application's own in Europe/London."""
    token = granted(double, email=email, scopes=scopes).access_token
    raw = Raw(double=double, token=token, calendar_id="")
    made = raw.api("POST", "calendars", body={"summary": "Coaching", "timeZone": "Europe/London"})
    assert made.status_code == 200, made.text
    raw.calendar_id = made.json()["id"]
    return raw


def hour(start: str, end: str, zone: str | None = None) -> Json:
    """Start and end of an event body."""
    beside = {} if zone is None else {"timeZone": zone}
    return {"start": {"dateTime": start, **beside}, "end": {"dateTime": end, **beside}}


MORNING = hour("2027-03-15T09:00:00Z", "2027-03-15T09:45:00Z")
MEET = {"createRequest": {"requestId": "one", "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def session_event(**changed: Any) -> SessionEvent:
    """A coaching session as a calendar shall show it."""
    values: dict[str, Any] = {
        "title": "Coaching call with Maya",
        "description": "Booked in Fortnight.",
        "starts": datetime(2027, 3, 15, 9, 0),
        "ends": datetime(2027, 3, 15, 9, 45),
        "zone": "Europe/London",
        "status": EventStatus.CONFIRMED,
        "conference": True,
        "sequence": 0,
    }
    return SessionEvent(**{**values, **changed})


def own_calendar(account: GoogleAccount) -> GoogleCalendar:
    """A new calendar of the application's own."""
    return account.calendar(account.create_calendar(title="Coaching", zone="Europe/London", description="Ours."))


def calls(double: GoogleDouble, *, since: int = 0) -> list[str]:
    """The names of the calls that reached the double, those for access tokens left out."""
    return [line["call"] for line in double.log(since=since) if line["call"] != "oauth.token"]


def mark(double: GoogleDouble) -> int:
    """The number of the latest request."""
    return double.log()[-1]["number"]


ROBOT = "fortnight@project.iam.gserviceaccount.com"


def real_now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


@cache
def robot() -> tuple[ServiceAccount, Delegate]:
    """A service account, and the same as the Workspace of example.com knows it."""
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    ours = ServiceAccount(email=ROBOT, private_key=pem.decode(), domains=frozenset({"example.com"}), clock=real_now)
    return ours, Delegate(public_key=public.decode(), domain="example.com", scopes=frozenset(LEAST_SCOPES))
