"""Whose Google is meant: the endpoints of an organisation, and a person's account with its sealed token."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

from sqlalchemy import Row

from calendar_sync.google import hold_row, session_row
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.mapping import EventKey, SessionEvent, organisation_mark
from calendar_sync.google.session_row import wanted_event
from calendar_sync.google.vault import Vault
from models.keyring import Keyring
from policy.terms import Side

CALENDAR_TITLE: Final = "Coaching"
CALENDAR_DESCRIPTION: Final = "Coaching sessions, kept by Fortnight."


class JoinUrl(Protocol):
    """A person's own way into a session; the same address whenever asked."""

    def __call__(self, *, organisation_id: int, person_id: int, session_id: int, ends_at: datetime) -> str:
        """It is good until the session ends."""
        ...


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
    join_url: JoinUrl | None = None
    """How the events of members, which have no Meet link of their own, name the way in."""
    busy_lasts: timedelta = timedelta(seconds=10)
    """How long busy times that were read serve for a booking before they are asked for anew."""
    closed_when_unknown: bool = False
    """Whether a coach counts as taken while Google cannot say when they are; else what was known last goes on."""

    def __post_init__(self) -> None:
        """Raises ValueError for a sandbox that would leave this machine."""
        if self.sandbox is not None and not self.sandbox.on_loopback:
            raise ValueError("a sandbox may talk to a Google Calendar on the loopback only")

    @property
    def can_be_asked(self) -> bool:
        """Whether any organisation has a Google to ask."""
        return self.live is not None or self.sandbox is not None

    def endpoints(self, *, is_sandbox: bool) -> GoogleEndpoints | None:
        """The endpoints of an organisation."""
        return self.sandbox if is_sandbox else self.live

    def address_to_tell(self, *, is_sandbox: bool) -> str | None:
        """Where changes in calendars of an organisation are told."""
        return self.sandbox_notify_url if is_sandbox else self.notify_url

    def event_of(self, row: Row[Any], *, organisation_id: int) -> SessionEvent | None:
        """What the calendar of the row's owner shall say of its session or hold; a member's names their own way in."""
        if row.side == Side.COACH or self.join_url is None:
            return wanted_event(row)
        ends_at = row.ends_at.astimezone(UTC)
        return wanted_event(
            row,
            join_url=self.join_url(
                organisation_id=organisation_id, person_id=row.owner_id, session_id=row.id, ends_at=ends_at
            ),
        )

    def key_of(self, row: Row[Any], *, organisation_id: int) -> EventKey:
        """The key of the event of the row's session or hold."""
        of = hold_row if row.hold else session_row
        return of.key_of(row, self.event_secrets, organisation_id=organisation_id)

    @property
    def event_secrets(self) -> tuple[bytes, ...]:
        """What the keys of events come from, by the newest server secret first; events of before keep theirs."""
        return tuple(keyring.key("google/event") for keyring in (self.keyring, *self.earlier))

    def organisation_marks(self, organisation_id: int) -> frozenset[str]:
        """What events of this organisation are known by, those written under earlier server secrets too."""
        return frozenset(organisation_mark(secret, organisation_id) for secret in self.event_secrets)

    @property
    def vault(self) -> Vault:
        """What seals and opens refresh tokens."""
        return Vault(self.keyring, *self.earlier)


def new_calendar(account: GoogleAccount, *, zone: str) -> str:
    """The id of a calendar of our own among those of its owner."""
    return account.create_calendar(title=CALENDAR_TITLE, zone=zone, description=CALENDAR_DESCRIPTION)
