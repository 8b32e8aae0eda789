"""A session as a Google event, and what of an event differs from the session. Pure."""

import hmac
from base64 import b32hexencode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

Json = dict[str, Any]

SESSION_PROPERTY: Final = "fortnightSession"
"""The private property that tells our events from all others (CALENDAR 2, 17)."""
ORGANISATION_PROPERTY: Final = "fortnightOrganisation"
"""A mark of the organisation whose session it is: to every other one its owner has an appointment elsewhere (CALENDAR 25)."""
TEXT_PROPERTY: Final = "fortnightText"
"""Fingerprint of the title and description that we wrote: the coach's cosmetic edits stay while ours are the same (D-53)."""


class EventStatus(StrEnum):
    """How firm the session stands in the calendar (MODEL 11)."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"


class ConferenceStatus(StrEnum):
    """How far Google is with the Meet link (CALENDAR 15)."""

    NONE = "none"
    PENDING = "pending"
    SUCCESS = "success"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKey:
    """The opaque key of one session: all its event ids come from it, and every event of it carries it."""

    value: str
    organisation: str
    """The mark of the organisation."""

    @classmethod
    def of(cls, secret: bytes, *, organisation: int, session: int) -> "EventKey":
        """The key of this session in this installation: two installations never share one (`secret`: a derived key)."""
        return cls._named(secret, organisation, b"%d/%d" % (organisation, session))

    @classmethod
    def of_copy(cls, secret: bytes, *, organisation: int, session: int) -> "EventKey":
        """The key of the same session in its member's calendar."""
        return cls._named(secret, organisation, b"%d/copy/%d" % (organisation, session))

    @classmethod
    def of_hold(cls, secret: bytes, *, organisation: int, proposal: int, slot: int) -> "EventKey":
        """The key of a time that is held for this proposal, which no session has; `slot` numbers the times of an invite."""
        name = b"%d/hold/%d" % (organisation, proposal)
        return cls._named(secret, organisation, name if slot == 0 else b"%s/%d" % (name, slot))

    @classmethod
    def of_series(cls, secret: bytes, *, organisation: int, series: int, copy: bool = False) -> "EventKey":
        """The key of a whole series, which is one recurring event (CALENDAR 5); `copy`: in its member's calendar."""
        name = b"%d/series/%d" % (organisation, series)
        return cls._named(secret, organisation, name + b"/copy" if copy else name)

    @classmethod
    def _named(cls, secret: bytes, organisation: int, name: bytes) -> "EventKey":
        return cls(value=_derived(secret, name), organisation=organisation_mark(secret, organisation))

    def event_id(self, generation: int) -> str:
        """Google's id of the session's event in this generation: `^[a-v0-9]{5,1024}$` (CALENDAR 1, 3)."""
        digest = sha256(f"{self.value}/{generation}".encode()).digest()
        return b32hexencode(digest).decode().lower().rstrip("=")

    def event_ids_before(self, generation: int) -> frozenset[str]:
        """The ids of all generations before this one."""
        return frozenset(self.event_id(number) for number in range(generation))


def organisation_mark(secret: bytes, organisation: int) -> str:
    """What tells events of this organisation of this installation from those of any other."""
    return _derived(secret, b"%d/organisation" % organisation)


def _derived(secret: bytes, name: bytes) -> str:
    return b32hexencode(hmac.digest(secret, name, sha256)[:20]).decode().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent:
    """What a calendar shall say about one session."""

    title: str
    description: str
    starts: datetime
    """Local wall time in `zone`, without offset; `fold` tells the two readings of a repeated hour apart (CALENDAR 6)."""
    ends: datetime
    zone: str
    """IANA name."""
    status: EventStatus
    conference: bool
    """Whether a Meet link is wanted."""
    sequence: int
    private: Mapping[str, str] = field(default_factory=dict[str, str])
    """Further private properties."""
    recurrence: tuple[str, ...] = ()
    """The rule of a series with all dates that it leaves out, in `zone`; empty for a single session (CALENDAR 5)."""
    must_leave_out: frozenset[str] = frozenset()
    """Wall times that the rule itself has to leave out; any other may be left out by it, or be a deleted instance."""

    def __post_init__(self) -> None:
        """Raises ValueError for an offset where wall time is meant, and for an end that is not after the start."""
        if self.starts.tzinfo is not None or self.ends.tzinfo is not None:
            raise ValueError("starts and ends are wall times of the zone, without offset")
        # Two times of one zone are compared as instants: on the wall, a session across the end of summer time ends before it starts.
        if _instant(self.starts, self.zone).timestamp() >= _instant(self.ends, self.zone).timestamp():
            raise ValueError("an event ends after it starts")

    @property
    def starts_instant(self) -> datetime:
        """The instant at which it starts."""
        return _instant(self.starts, self.zone)

    @classmethod
    def wall_time(cls, instant: datetime, zone: str) -> datetime:
        """The wall time of `instant` in `zone`, as `starts` and `ends` want it."""
        return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def new_event(wanted: SessionEvent, key: EventKey, generation: int) -> Json:
    """The body of an insert: with our own id, never with iCalUID (CALENDAR 1)."""
    event_id = key.event_id(generation)
    return {
        "id": event_id,
        "summary": wanted.title,
        "description": wanted.description,
        "start": moment(wanted.starts, wanted.zone),
        "end": moment(wanted.ends, wanted.zone),
        "status": str(wanted.status),
        "sequence": wanted.sequence,
        "extendedProperties": {"private": _private(wanted, key)},
        **({"recurrence": list(wanted.recurrence)} if wanted.recurrence else {}),
        **({"conferenceData": _create_request(event_id)} if wanted.conference else {}),
    }


def changes(wanted: SessionEvent, key: EventKey, remote: Json, *, ask_for_conference: bool) -> Json:
    """The body of a patch that brings `remote` to `wanted`; empty when nothing differs.

    Conference data are sent only to ask for a link, so no patch can lose one (CALENDAR 16); `sequence` only if it
    rises (CALENDAR 12); nested properties that are not ours stay.
    """
    body: Json = {}
    for name, local in (("start", wanted.starts), ("end", wanted.ends)):
        if not _same_moment(remote.get(name), local, wanted.zone):
            body[name] = {"date": None} | moment(local, wanted.zone)
    if remote.get("status") != wanted.status:
        body["status"] = str(wanted.status)
    if not same_recurrence(remote.get("recurrence"), wanted):
        # Of a single session, the coach made the event repeat: one session stands once in the calendar.
        body["recurrence"] = list(wanted.recurrence) or None
    if sequence(remote) < wanted.sequence:
        body["sequence"] = wanted.sequence
    properties, current = _private(wanted, key), private_properties(remote)
    if properties[TEXT_PROPERTY] != current.get(TEXT_PROPERTY):
        body |= {"summary": wanted.title, "description": wanted.description}
    if differing := {name: value for name, value in properties.items() if current.get(name) != value}:
        body["extendedProperties"] = {"private": differing}
    if ask_for_conference:
        # A request id of its own for each asking, and the same one when this very patch is repeated (CALENDAR 14).
        asked_at = sha256(str(remote.get("etag")).encode()).hexdigest()[:12]
        body["conferenceData"] = _create_request(f"{remote.get('id')}-{asked_at}")
    return body


def same_recurrence(remote: object, wanted: SessionEvent) -> bool:
    """Whether these lines mean what is wanted; a date that is left out may also have been deleted by itself (CALENDAR 8)."""
    there, here = _read_lines(_lines(remote), wanted.zone), _read_lines(wanted.recurrence, wanted.zone)
    return there.rules == here.rules and wanted.must_leave_out <= there.left_out <= here.left_out


def left_out_of(remote: Json, zone: str) -> frozenset[str]:
    """The wall times that the rule of an event leaves out."""
    return _read_lines(_lines(remote.get("recurrence")), zone).left_out


def wall_text(instant: datetime, zone: str) -> str:
    """The instant as a rule names it: on the wall of its zone."""
    return f"{instant.astimezone(ZoneInfo(zone)):%Y%m%dT%H%M%S}"


def _lines(remote: object) -> list[str]:
    return [line for line in cast("list[object]", remote) if isinstance(line, str)] if isinstance(remote, list) else []


@dataclass(frozen=True, slots=True)
class _Lines:
    rules: frozenset[tuple[str, frozenset[str]]]
    left_out: frozenset[str]


def _read_lines(lines: Sequence[str], zone: str) -> _Lines:
    """Lines without their order: of rules the parts, of dates the wall times."""
    rules: set[tuple[str, frozenset[str]]] = set()
    left_out: set[str] = set()
    for line in lines:
        name, _, value = line.partition(":")
        match name.partition(";")[0]:
            case "EXDATE":
                left_out |= {_wall_text(text, zone) for text in value.split(",")}
            case "RDATE":
                rules |= {("RDATE", frozenset({_wall_text(text, zone)})) for text in value.split(",")}
            case other:
                rules.add((other, frozenset(value.split(";"))))
    return _Lines(frozenset(rules), frozenset(left_out))


def _wall_text(text: str, zone: str) -> str:
    if not text.endswith("Z"):
        return text
    return wall_text(datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC), zone)


def conference_of(remote: Json) -> ConferenceStatus:
    """How far Google is with the link of this event."""
    if remote.get("hangoutLink"):
        return ConferenceStatus.SUCCESS
    match remote.get("conferenceData"):
        case {"createRequest": {"status": {"statusCode": str(code)}}} if code in ("pending", "failure"):
            return ConferenceStatus(code)
        case _:
            return ConferenceStatus.NONE


def private_properties(remote: Json) -> Mapping[str, str]:
    """The private properties of an event."""
    match remote.get("extendedProperties"):
        case {"private": dict() as properties}:
            return cast("dict[str, str]", properties)
        case _:
            return {}


def sequence(remote: Json) -> int:
    """The event's sequence; Google leaves out a zero."""
    value = remote.get("sequence")
    return value if isinstance(value, int) else 0


def _private(wanted: SessionEvent, key: EventKey) -> dict[str, str]:
    text = sha256(f"{wanted.title}\0{wanted.description}".encode()).hexdigest()[:16]
    ours = {SESSION_PROPERTY: key.value, ORGANISATION_PROPERTY: key.organisation, TEXT_PROPERTY: text}
    return {**wanted.private, **ours}


def _create_request(request_id: str) -> Json:
    return {"createRequest": {"requestId": request_id, "conferenceSolutionKey": {"type": "hangoutsMeet"}}}


def _instant(local: datetime, zone: str) -> datetime:
    return local.replace(tzinfo=ZoneInfo(zone))


def moment(local: datetime, zone: str) -> Json:
    """A wall time as a write says it (CALENDAR 6)."""
    # The offset goes along, so that a repeated or missing hour reads the same there as here.
    return {"dateTime": _instant(local, zone).isoformat(timespec="seconds"), "timeZone": zone}


def _same_moment(remote: object, local: datetime, zone: str) -> bool:
    match remote:
        case {"dateTime": str(text), **rest}:
            pass
        case _:
            return False
    try:
        there = datetime.fromisoformat(text)
    except ValueError:
        return False
    return (
        there.tzinfo is not None
        and there.timestamp() == _instant(local, zone).timestamp()
        and rest.get("timeZone", zone) == zone
    )
