"""Whose Google is meant: the endpoints of an organisation, and a person's account with its sealed token."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.vault import Vault
from models.keyring import Keyring

CALENDAR_TITLE: Final = "Coaching"
CALENDAR_DESCRIPTION: Final = "Coaching sessions, kept by Fortnight."


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleSettings:
    """Live organisations talk to Google, sandboxes to a server on the loopback; None: there is no such connection."""

    live: GoogleEndpoints | None
    sandbox: GoogleEndpoints | None
    keyring: Keyring = field(repr=False)
    earlier: tuple[Keyring, ...] = field(default=(), repr=False)
    notify_url: str | None = None
    sandbox_notify_url: str | None = None
    """Where Google tells that a calendar has changed; None: nobody is told, and calendars are only read now and then.

    Sandboxes are told by a double on this machine, and so at an address of this machine.
    """
    busy_lasts: timedelta = timedelta(seconds=10)
    """How long busy times that were read serve for a booking before they are asked for anew."""
    closed_when_unknown: bool = False
    """Whether a coach counts as taken while Google cannot say when they are; else what was known last goes on."""

    def __post_init__(self) -> None:
        """Raises ValueError for a sandbox that would leave this machine."""
        if self.sandbox is not None and not self.sandbox.on_loopback:
            raise ValueError("a sandbox may talk to a Google Calendar on the loopback only")

    def endpoints(self, *, is_sandbox: bool) -> GoogleEndpoints | None:
        """The endpoints of an organisation."""
        return self.sandbox if is_sandbox else self.live

    def address_to_tell(self, *, is_sandbox: bool) -> str | None:
        """Where changes in calendars of an organisation are told."""
        return self.sandbox_notify_url if is_sandbox else self.notify_url

    @property
    def vault(self) -> Vault:
        """What seals and opens refresh tokens."""
        return Vault(self.keyring, *self.earlier)


def new_calendar(account: GoogleAccount, *, zone: str) -> str:
    """The id of a calendar of our own among those of the coach."""
    return account.create_calendar(title=CALENDAR_TITLE, zone=zone, description=CALENDAR_DESCRIPTION)
