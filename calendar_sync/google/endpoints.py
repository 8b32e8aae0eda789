"""Where Google is, and who we are to it (CALENDAR 30)."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from policy.calendars import CalendarPlace

APP_CREATED: Final = "https://www.googleapis.com/auth/calendar.app.created"
FREE_BUSY: Final = "https://www.googleapis.com/auth/calendar.freebusy"
EVENTS_OWNED: Final = "https://www.googleapis.com/auth/calendar.events.owned"

LEAST_SCOPES: Final = (APP_CREATED, FREE_BUSY)
"""Enough for a calendar of our own; `EVENTS_OWNED` only when its owner wants the primary calendar (CALENDAR 23)."""


def scopes_for(place: CalendarPlace, *, is_coach: bool) -> tuple[str, ...]:
    """The least that a calendar needs: nobody asks when a member is taken, and the primary calendar's own events tell it too."""
    if place is CalendarPlace.PRIMARY:
        return (EVENTS_OWNED,)
    return LEAST_SCOPES if is_coach else (APP_CREATED,)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """An account of ours that a Workspace lets act for its people, so that nobody has to consent one by one.

    `domains`: those of the addresses that it may speak for; `clock`: the real time, which an assertion names.
    """

    email: str
    private_key: str = field(repr=False)
    domains: frozenset[str]
    clock: Callable[[], datetime]

    def speaks_for(self, email: str) -> bool:
        """Whether the address belongs to a domain that has delegated to it."""
        return email.rpartition("@")[2].lower() in self.domains


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleEndpoints:
    """The addresses and the client that a connection uses; all of them replaceable by a loopback server."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str = "https://www.googleapis.com/calendar/v3/"
    """Replaces root and path of the discovery document; ends with a slash."""
    auth_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: str = "https://oauth2.googleapis.com/token"  # noqa: S105  an address, not a password
    revoke_url: str = "https://oauth2.googleapis.com/revoke"
    scopes: tuple[str, ...] = LEAST_SCOPES
    timeout: timedelta = timedelta(seconds=20)
    """How long each answer of the API may take."""
    service_account: ServiceAccount | None = None
    """Who acts for the people of a Workspace without their consent; None: everybody is asked."""

    @property
    def on_loopback(self) -> bool:
        """Whether none of the addresses leaves this machine."""
        return all(is_loopback(url) for url in (self.api_url, self.auth_url, self.token_url, self.revoke_url))

    def asking(self, place: str, *, is_coach: bool) -> "GoogleEndpoints":
        """The same for a connection that needs no more than this (CALENDAR 23)."""
        return replace(self, scopes=scopes_for(CalendarPlace(place), is_coach=is_coach))

    @classmethod
    def loopback(
        cls,
        base_url: str,
        *,
        client_id: str = "demo-client",
        client_secret: str = "demo-secret",  # noqa: S107  the demo server's, known to everybody
        scopes: tuple[str, ...] = LEAST_SCOPES,
    ) -> "GoogleEndpoints":
        """The endpoints of a double at `base_url`. Raises ValueError when that is not on the loopback."""
        if not is_loopback(base_url):
            raise ValueError("a sandbox may talk to a Google Calendar on the loopback only")
        base = base_url.rstrip("/")
        return cls(
            client_id=client_id,
            client_secret=client_secret,
            api_url=f"{base}/calendar/v3/",
            auth_url=f"{base}/o/oauth2/v2/auth",
            token_url=f"{base}/token",
            revoke_url=f"{base}/revoke",
            scopes=scopes,
        )


def is_loopback(url: str) -> bool:
    """Whether the host of `url` is this machine: `localhost`, 127.0.0.0/8 or ::1; no name is looked up."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
