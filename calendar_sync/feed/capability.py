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
MOST_DAYS: Final = 400
MOST_KINDS: Final = 10
_PURPOSE: Final = b"fortnight feed 1:"
_SPELLING: Final = re.compile(
    r"([0-9]{1,19})-([0-9]{1,19})-([0-9]{1,10})-([fih])([1-9][0-9]{0,4})?(?:d([1-9][0-9]{0,2}))?"
    r"(?:k([1-9][0-9]{0,18}(?:_[1-9][0-9]{0,18}){0,9}))?\.([\w-]{32})",
    re.ASCII,
)


class Names(StrEnum):
    """How the other person of a session is called where the reader's screen may be seen by others."""

    FULL = "f"
    INITIALS = "i"
    HIDDEN = "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedOptions:
    """What the reader chose for this address, fixed in it.

    `alarm` is whole minutes, and no bell rings without it (CALENDAR 39). `days_ahead`: how far the feed reaches, at most the 400
    days of every feed. `kinds`: sessions of these kinds alone, ascending; none named: of all.
    """

    names: Names = Names.FULL
    alarm: timedelta | None = None
    days_ahead: int | None = None
    kinds: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        """Raises ValueError for what an address cannot say."""
        if self.days_ahead is not None and not 1 <= self.days_ahead <= MOST_DAYS:
            raise ValueError(f"a feed reaches 1 to {MOST_DAYS} days ahead")
        if len(self.kinds) > MOST_KINDS or list(self.kinds) != sorted(set(self.kinds)):
            raise ValueError(f"at most {MOST_KINDS} kinds, each once and in order")
        if self.alarm is not None:
            minutes, rest = divmod(self.alarm, timedelta(minutes=1))
            if rest or not 1 <= minutes <= 99_999:
                raise ValueError("an alarm is 1 to 99,999 whole minutes before the start")

    @property
    def code(self) -> str:
        """The options as an address spells them."""
        alarm = "" if self.alarm is None else str(self.alarm // timedelta(minutes=1))
        days = "" if self.days_ahead is None else f"d{self.days_ahead}"
        kinds = "k" + "_".join(map(str, self.kinds)) if self.kinds else ""
        return f"{self.names.value}{alarm}{days}{kinds}"


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
    organisation, person, generation, names, minutes, days, kinds, proof = match.groups()
    claim = text[: -len(proof) - 1]
    if not hmac.compare_digest(_proof(keyring, claim), proof):
        return None
    return Capability(
        organisation_id=int(organisation),
        person_id=int(person),
        generation=int(generation),
        options=FeedOptions(
            names=Names(names),
            alarm=None if minutes is None else timedelta(minutes=int(minutes)),
            days_ahead=None if days is None else int(days),
            kinds=() if kinds is None else tuple(map(int, kinds.split("_"))),
        ),
    )


def _claim(capability: Capability) -> str:
    return f"{capability.organisation_id}-{capability.person_id}-{capability.generation}-{capability.options.code}"


def _proof(keyring: Keyring, claim: str) -> str:
    digest = hmac.digest(keyring.key(KEY), _PURPOSE + claim.encode(), sha256)
    return urlsafe_b64encode(digest[:_BYTES]).decode()
