"""One reading of a feed: settle, then answer, from one snapshot (ARCHITECTURE, decision 3)."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from calendar_sync.feed.calendar import END_OF_CALENDAR, ZoneSpan, preamble
from calendar_sync.feed.capability import Capability, read_capability
from calendar_sync.feed.fragments import Fragments
from calendar_sync.feed.projection import Links, Reader, conference_only, sample_of, text_of
from commands.settle import settle
from models.keyring import Keyring
from models.queries.feed import ENTRY, FeedHead, feed_head, feed_sessions, session_of
from models.unit import Database, Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """What the feeds of an installation are read with; `fragments` is shared by all of them."""

    database: Database
    keyring: Keyring = field(repr=False)
    links: Links = conference_only
    fragments: Fragments = field(default_factory=Fragments, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """The address opens nothing: forged, renewed since, or of nobody. Which of these is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchanged:
    """The reader has this version already."""

    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed as a calendar file; equal versions mean equal octets."""

    version: str
    body: bytes = field(repr=False)


OPEN_END: Final = timedelta(days=800)
"""A running series is open-ended: a zone without a yearly rule is described so far ahead (CALENDAR 42)."""

Reading = Unknown | Unchanged | Feed
Known = Callable[[str], bool]
"""Whether the reader has this version already."""


def read_feed(publisher: Publisher, address: str, known: Known) -> Reading:
    """What the address opens, as of now: nothing that was due before is left out, whether a worker runs or not.

    A version that the reader has costs one statement, and no event is written for it.
    """
    capability = read_capability(publisher.keyring, address)
    if capability is None:
        return Unknown()
    now: datetime | None = None
    while True:
        with publisher.database.unit(capability.organisation_id, read_only=True) as unit:
            head = feed_head(
                unit, capability.person_id, now=now, days=capability.options.days_ahead, kinds=capability.options.kinds
            )
            if head is None or head.generation != capability.generation:
                return Unknown()
            if not head.something_is_due:
                return _answer(unit, publisher, capability, head, known)
        settle(publisher.database, capability.organisation_id, frozenset({capability.person_id}), now=head.now)
        now = head.now


def _answer(unit: Unit, publisher: Publisher, capability: Capability, head: FeedHead, known: Known) -> Reading:
    reader = _reader(publisher, capability)
    opening = _opening(publisher, capability, head)
    version = _version(opening, reader, head)
    if known(version):
        return Unchanged(version=version)
    return Feed(version=version, body=_body(unit, publisher, reader, head, opening))


def _reader(publisher: Publisher, capability: Capability) -> Reader:
    return Reader(
        organisation_id=capability.organisation_id,
        person_id=capability.person_id,
        generation=capability.generation,
        options=capability.options,
        links=publisher.links,
    )


def _opening(publisher: Publisher, capability: Capability, head: FeedHead) -> bytes:
    zone = head.hours_zone or head.zone
    sides = ((zone, head.as_coach), (head.zone, head.as_member))
    spans = [ZoneSpan(zone=name, first=span.first, last=span.last) for name, span in sides if span is not None]
    if head.series_from is not None:
        until = head.now + OPEN_END
        spans += [ZoneSpan(zone=name, first=head.series_from, last=until) for name in head.series_zones]
    # A calendar holds at least one component (RFC 5545 3.6): an empty feed still describes its reader's zone.
    empty = ZoneSpan(zone=zone, first=head.created_at, last=head.created_at)
    return preamble(
        uid=_calendar_uid(publisher.keyring, capability),
        name=head.organisation_name,
        zone=zone,
        spans=spans or [empty],
    )


def _calendar_uid(keyring: Keyring, capability: Capability) -> str:
    """The same for the life of a feed, another one in another installation, and no way back to whose it is."""
    text = f"{capability.organisation_id}-{capability.person_id}"
    return hmac.digest(keyring.key("feed/uid"), text.encode(), sha256)[:16].hex()


def _version(opening: bytes, reader: Reader, head: FeedHead) -> str:
    """Equal only when the whole text is: it covers how events are written, what stands before them, and each of them.

    So time alone changes it only when a session enters or leaves the window, and then the text has changed. It may change
    without the text where the links made for a reader leave something out that a row tells, such as the conference's own.
    """
    digest = sha256()
    for part in (sample_of(reader).encode(), opening, head.entries):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()[:32]


def _body(unit: Unit, publisher: Publisher, reader: Reader, head: FeedHead, opening: bytes) -> bytes:
    entries = [head.entries[at : at + ENTRY] for at in range(0, len(head.entries), ENTRY)]
    # Not the sample: within one process our way of writing and our addresses are always the same.
    scope = f"{reader.organisation_id}-{reader.person_id}-{reader.generation}-{reader.options.code}-".encode()
    keys = [scope + entry for entry in entries]
    texts = publisher.fragments.known(keys)
    missing = [entry for entry, key in zip(entries, keys, strict=True) if key not in texts]
    if missing:
        written = _write(unit, reader, head, missing)
        new = {scope + entry: text for entry, text in written.items()}
        publisher.fragments.keep(new.items())
        texts |= new
    return b"".join([opening, *[texts[key] for key in keys], END_OF_CALENDAR])


def _write(unit: Unit, reader: Reader, head: FeedHead, entries: list[bytes]) -> dict[bytes, bytes]:
    sessions = feed_sessions(unit, head, [session_of(entry) for entry in entries])
    return {entry: text_of(sessions[session_of(entry)], reader).encode() for entry in entries}
