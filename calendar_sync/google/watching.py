"""Channels over which Google tells that a calendar has changed, and what is made of a message on one (CALENDAR 28).

A channel's token follows from its id under a key of ours: nothing secret is stored, and a message with another token is not
looked at any further.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from calendar_sync.google.endpoints import GoogleEndpoints, is_loopback
from models.keyring import Keyring

LASTS: Final = timedelta(days=7)
OVERLAP: Final = timedelta(days=1)
"""A channel is replaced so long before its end: the new one tells already when the old one is stopped."""
_ID: Final = re.compile(r"fortnight-([0-9]{1,19})-([0-9]{1,19})-[0-9a-f]{32}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message of a channel of ours; what has changed it does not say."""

    organisation_id: int
    person_id: int
    channel_id: str
    resource_id: str
    number: str
    changed: bool
    """Something has changed; else the channel only says that it works."""


def channel_id(organisation: int, person: int, nonce: bytes) -> str:
    """The id of a new channel for this person's calendar; `nonce` is random, 16 bytes."""
    return f"fortnight-{organisation}-{person}-{nonce.hex()}"


def channel_token(keyring: Keyring, channel: str) -> str:
    """What every message of the channel has to carry: 256 bits."""
    digest = hmac.digest(keyring.key("google/channel"), channel.encode(), sha256)
    return urlsafe_b64encode(digest).decode().rstrip("=")


def told(keyring: Keyring, headers: Mapping[str, str]) -> Told | None:
    """What a request to our address says; None unless it carries the token of its channel, compared in constant time."""
    channel, token = headers.get("x-goog-channel-id", ""), headers.get("x-goog-channel-token", "")
    if not hmac.compare_digest(channel_token(keyring, channel).encode(), token.encode()):
        return None
    known = _ID.fullmatch(channel)
    state = headers.get("x-goog-resource-state", "")
    if known is None or state not in ("sync", "exists", "not_exists"):
        return None
    return Told(
        organisation_id=int(known[1]),
        person_id=int(known[2]),
        channel_id=channel,
        resource_id=headers.get("x-goog-resource-id", ""),
        number=headers.get("x-goog-message-number", "")[:20],
        changed=state != "sync",
    )


def is_due(expires_at: datetime | None, *, real_now: datetime) -> bool:
    """Whether there is no channel, or its end is so near that another one has to take its place."""
    return expires_at is None or expires_at - real_now < OVERLAP


def can_be_told(address: str | None, endpoints: GoogleEndpoints) -> bool:
    """Whether Google can reach the address: it calls https only, and a double on this machine calls nothing but this machine."""
    if address is None:
        return False
    if endpoints.on_loopback:
        return is_loopback(address)
    return urlsplit(address).scheme == "https"
