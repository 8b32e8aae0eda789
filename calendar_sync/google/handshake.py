"""The state of a consent in progress: signed, for one person, for a short while (CALENDAR 23).

Nothing is stored: the state carries who it is for and until when, the PKCE verifier is derived from it. The browser
that starts the handshake keeps the state in a cookie; a callback without it is refused, so that nobody can have
another person consent for them.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from models.keyring import Keyring
from policy.calendars import CalendarPlace

_SIGNATURE: Final = 32


class StateRefused(Exception):
    """The state is altered, too old, or not the one that this browser began with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handshake:
    """A consent in progress."""

    organisation: int
    person: int
    expires_at: datetime
    place: CalendarPlace
    """Which of their calendars is meant to follow."""
    state: str = field(repr=False)
    code_verifier: str = field(repr=False)


def begin(
    keyring: Keyring,
    *,
    organisation: int,
    person: int,
    expires_at: datetime,
    nonce: bytes,
    place: CalendarPlace = CalendarPlace.OWN,
) -> Handshake:
    """A handshake for this person until `expires_at` (whole seconds of real time); `nonce` is random, 16 bytes or more."""
    if len(nonce) < 16:
        raise ValueError("a nonce has at least 16 bytes")
    payload = f"{organisation}.{person}.{int(expires_at.timestamp())}.{place}.{nonce.hex()}".encode()
    return _handshake(keyring, payload)


def finish(keyring: Keyring, *, state: str, begun_with: str, now: datetime) -> Handshake:
    """The handshake that `state` belongs to. Raises StateRefused.

    `state` came with the callback, `begun_with` from the cookie of the same browser; compared in constant time.
    """
    if not hmac.compare_digest(state.encode(), begun_with.encode()):
        raise StateRefused
    try:
        raw = urlsafe_b64decode(state + "=" * (-len(state) % 4))
    except ValueError:
        raise StateRefused from None
    payload, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(keyring, "google/state", payload)):
        raise StateRefused
    handshake = _handshake(keyring, payload)
    if handshake.expires_at <= now:
        raise StateRefused
    return handshake


def _handshake(keyring: Keyring, payload: bytes) -> Handshake:
    organisation, person, expires_at, place, _ = payload.split(b".")
    return Handshake(
        organisation=int(organisation),
        person=int(person),
        expires_at=datetime.fromtimestamp(int(expires_at), UTC),
        place=CalendarPlace(place.decode()),
        state=_text(payload + _sign(keyring, "google/state", payload)),
        code_verifier=_text(_sign(keyring, "google/pkce", payload)),
    )


def _sign(keyring: Keyring, label: str, payload: bytes) -> bytes:
    return hmac.digest(keyring.key(label), payload, sha256)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
