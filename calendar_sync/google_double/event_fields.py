"""The fields of an event: what a write leaves of them, and how an answer shows them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from calendar_sync.google_double import conferences
from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import Calendar
from calendar_sync.google_double.moments import begins, kept, shown, written

READ_ONLY: Final = frozenset({
    "attendeesOmitted", "conferenceData", "created", "creator", "etag", "eventType", "hangoutLink", "htmlLink", "iCalUID", "id",
    "kind", "locked", "organizer", "originalStartTime", "privateCopy", "recurringEventId", "sequence", "updated",
})  # fmt: skip
"""Fields that no later write sets by itself; sent back as they were read, they are left out of account."""
STATUSES: Final = ("confirmed", "tentative", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An event as the store keeps it."""

    id: str
    revision: int
    pending_reads: int | None
    fields: Json
    """Writable fields as Google keeps them, and beside them sequence, created, updated, iCalUID, conference."""

    @property
    def etag(self) -> str:
        """What an If-Match has to say."""
        return f'"{self.revision}"'

    @property
    def cancelled(self) -> bool:
        """Whether it was deleted."""
        return self.fields["status"] == "cancelled"

    @property
    def master_id(self) -> str | None:
        """The recurring event that it is an instance of."""
        return self.fields.get("recurringEventId")

    @property
    def place_in_master(self) -> Json:
        """What no write changes of an instance: whose it is, and its original start (CALENDAR 7)."""
        return {name: self.fields[name] for name in ("recurringEventId", "originalStartTime") if name in self.fields}

    @property
    def conference(self) -> Json | None:
        """Its conference: requestId, status and, once made, code."""
        return self.fields.get("conference")


def event_id(sent: Json) -> str | None:
    """The id that the client chose, if it did. Raises Refused (400) for one that is not base32hex of 5 to 1024 characters."""
    chosen = sent.get("id")
    if chosen is None:
        return None
    if sent.get("iCalUID") is not None:
        raise Refused(400, "invalid", "Only one of id and iCalUID may be given.")
    if not re.fullmatch(r"[a-v0-9]{5,1024}", chosen):
        raise Refused(400, "invalid", "Invalid resource id value.")
    return chosen


def writable(sent: Json, *, before: Json, calendar: Calendar, put: bool) -> Json:
    """The writable fields after a write: a PATCH merges objects and replaces arrays whole, a PUT replaces everything.

    Raises Refused (400) when the result is no event.
    """
    own = {name: value for name, value in sent.items() if name not in READ_ONLY}
    base = {} if put else {name: value for name, value in before.items() if name not in READ_ONLY}
    base.pop("conference", None)
    fields = _merged(base, own)
    fields.setdefault("status", "confirmed")
    if fields["status"] not in STATUSES:
        raise Refused(400, "invalid", "Invalid status value.")
    for side in ("start", "end"):
        fields[side] = kept(fields.get(side), calendar.zone, side)
    _check_range(fields["start"], fields["end"], calendar.zone)
    return fields


def sequence_after(before: Json, fields: Json, sent: Json) -> int:
    """The event's sequence: never below what it was, and above it when the time has changed. Raises Refused (400)."""
    current, asked = before["sequence"], sent.get("sequence")
    if asked is not None and asked < current:
        raise Refused(
            400,
            "invalid",
            "Invalid sequence value. The specified sequence number is below the current sequence number of the resource.",
        )
    moved = any(before[side] != fields[side] for side in ("start", "end"))
    return max(current if asked is None else asked, current + moved)


def event_answer(event: Event, calendar: Calendar, *, base_url: str, zone: str | None = None) -> Json:
    """The Event resource, times in `zone` or else in the calendar's; of a deleted instance only which one it was."""
    fields, owner = dict(event.fields), {"email": calendar.email, "self": True}
    conference = fields.pop("conference", None)
    for side in ("start", "end", "originalStartTime"):
        if side in fields:
            fields[side] = shown(fields[side], zone or calendar.zone)
    if event.cancelled and event.master_id is not None:
        known = {name: fields[name] for name in ("recurringEventId", "originalStartTime", "status")}
        return {"kind": "calendar#event", "etag": event.etag, "id": event.id, **known}
    link = conferences.link_of(conference, base_url)
    return {
        "kind": "calendar#event",
        "etag": event.etag,
        "id": event.id,
        "htmlLink": f"{base_url}/calendar/{calendar.email}#{event.id}",
        "creator": owner,
        "organizer": owner if calendar.primary else {"email": calendar.id, "self": True},
        "eventType": "default",
        **fields,
        **({} if link is None else {"hangoutLink": link}),
        **({} if conference is None else {"conferenceData": conferences.conference_data(conference, base_url)}),
    }


def stamp(moment: datetime) -> str:
    """`created` and `updated` as Google writes them."""
    return written(moment, "UTC").removesuffix("Z") + f".{moment.microsecond // 1000:03d}Z"


def _merged(base: Mapping[str, Any], sent: Mapping[str, Any]) -> Json:
    """`sent` laid over `base`: null clears, objects are merged, all else is replaced whole."""
    result = dict(base)
    for name, value in sent.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict):
            below = result.get(name)
            result[name] = _merged(below if isinstance(below, dict) else {}, value)
        else:
            result[name] = value
    return result


def _check_range(start: Json, end: Json, zone: str) -> None:
    if ("date" in start) != ("date" in end):
        raise Refused(400, "invalid", "Start and end times must either both be date or both be dateTime.")
    first, last = begins(start, zone), begins(end, zone)
    if last < first or ("date" in start and last == first):
        raise Refused(400, "timeRangeEmpty", "The specified time range is empty.")
