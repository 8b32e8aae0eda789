"""The address of a feed is all that its reader needs: whoever holds it may read, until its owner renews it (CALENDAR 41)."""

import hmac
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from models.keyring import Keyring

KEY: Final = "feed"
_BYTES: Final = 24
"""192 bits of the HMAC, written in 32 characters."""
_PURPOSE: Final = b"fortnight feed 1:"
_SPELLING: Final = re.compile(
    r"([0-9]{1,19})-([0-9]{1,19})-([0-9]{1,10})-([fih])([1-9][0-9]{0,4})?\.([\w-]{32})", re.ASCII
)


class Names(StrEnum):
    """How the other person of a session is called where the reader's screen may be seen by others."""

    FULL = "f"
    INITIALS = "i"
    HIDDEN = "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """What the reader chose for this address; `alarm` is whole minutes, and no bell rings without it (CALENDAR 39)."""

    names: Names = Names.FULL
    alarm: timedelta | None = None

    def __post_init__(self) -> None:
        """Raises ValueError for an alarm that is not 1 to 99,999 whole minutes before the start."""
        if self.alarm is not None:
            minutes, rest = divmod(self.alarm, timedelta(minutes=1))
            if rest or not 1 <= minutes <= 99_999:
                raise ValueError("an alarm is 1 to 99,999 whole minutes before the start")

    @property
    def code(self) -> str:
        """The options as an address spells them."""
        return self.names.value + ("" if self.alarm is None else str(self.alarm // timedelta(minutes=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """Whose feed an address opens, as of which renewal, and how it is written."""

    organisation_id: int
    person_id: int
    generation: int
    options: FeedOptions


def feed_url(
    keyring: Keyring,
    base_url: str,
    *,
    organisation_id: int,
    person_id: int,
    generation: int,
    options: FeedOptions | None = None,
) -> str:
    """The secret address of a person's feed: the same again whenever its owner asks, until the generation rises."""
    capability = Capability(
        organisation_id=organisation_id,
        person_id=person_id,
        generation=generation,
        options=options or FeedOptions(),
    )
    return f"{base_url.rstrip('/')}/feeds/{write_capability(keyring, capability)}.ics"


def webcal_url(url: str) -> str:
    """The same address in the form that opens a calendar program."""
    return re.sub(r"^https?:", "webcal:", url)


def write_capability(keyring: Keyring, capability: Capability) -> str:
    """The part of the address that says and proves what it opens."""
    claim = _claim(capability)
    return f"{claim}.{_proof(keyring, claim)}"


def read_capability(keyring: Keyring, text: str) -> Capability | None:
    """What the text opens if we wrote it, compared in constant time; None for anything else."""
    match = _SPELLING.fullmatch(text)
    if match is None:
        return None
    organisation, person, generation, names, minutes, proof = match.groups()
    claim = text[: -len(proof) - 1]
    if not hmac.compare_digest(_proof(keyring, claim), proof):
        return None
    return Capability(
        organisation_id=int(organisation),
        person_id=int(person),
        generation=int(generation),
        options=FeedOptions(names=Names(names), alarm=None if minutes is None else timedelta(minutes=int(minutes))),
    )


def _claim(capability: Capability) -> str:
    return f"{capability.organisation_id}-{capability.person_id}-{capability.generation}-{capability.options.code}"


def _proof(keyring: Keyring, claim: str) -> str:
    digest = hmac.digest(keyring.key(KEY), _PURPOSE + claim.encode(), sha256)
    return urlsafe_b64encode(digest[:_BYTES]).decode()
