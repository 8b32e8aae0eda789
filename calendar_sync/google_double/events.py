"""events.insert, get, patch, update and delete."""

import json

from calendar_sync.google_double import recurring
from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import Calendar, calendar
from calendar_sync.google_double.channels import changed
from calendar_sync.google_double.conferences import Missing, Outcome, conference_after, settled
from calendar_sync.google_double.desk import Desk
from calendar_sync.google_double.discovery import Matched
from calendar_sync.google_double.event_fields import (
    Event,
    event_answer,
    event_id,
    sequence_after,
    stamp,
    writable,
)
from calendar_sync.google_double.recurring import find, from_row, own_fields
from calendar_sync.google_double.store import Books

__all__ = [
    "add",
    "cancel",
    "delete",
    "find",
    "from_row",
    "get",
    "insert",
    "patch",
    "read",
    "save",
    "settle_conference",
    "update",
]


def insert(desk: Desk, matched: Matched, body: Json) -> Json:
    """A new event; 409 when its id is taken, also by a deleted one (CALENDAR 2, 3)."""
    place = calendar(desk, matched.path["calendarId"])
    chosen = event_id(body) or f"{desk.books.next('event'):026d}"
    if find(desk.books, place.id, chosen) is not None:
        raise Refused(409, "duplicate", "The requested identifier already exists.")
    fields = writable(body, before={}, calendar=place, put=True)
    if fields["status"] == "cancelled":
        raise Refused(400, "invalid", "Invalid status value.")
    fixed = {
        "iCalUID": body.get("iCalUID") or f"{chosen}@google.com",
        "sequence": max(body.get("sequence") or 0, 0),
        "created": stamp(desk.now),
    }
    fields = _with_conference(desk, matched, body, fields | fixed, before=None, put=True)
    _open_row(desk.books, place.id, chosen)
    return _written(desk, place, chosen, fields, asked_before=None)


def get(desk: Desk, matched: Matched, _: Json) -> Json:
    """The event; a deleted one is still shown, as cancelled."""
    place = calendar(desk, matched.path["calendarId"])
    event = read(desk, place, _existing(desk, place, matched))
    return event_answer(event, place, base_url=desk.base_url, zone=matched.query.get("timeZone"))


def patch(desk: Desk, matched: Matched, body: Json) -> Json:
    """The event with these fields changed; arrays are replaced whole, what is not named stays."""
    return _change(desk, matched, body, put=False)


def update(desk: Desk, matched: Matched, body: Json) -> Json:
    """The event as this body says; what it leaves out is cleared (CALENDAR 11)."""
    return _change(desk, matched, body, put=True)


def delete(desk: Desk, matched: Matched, _: Json) -> Json:
    """The event is cancelled and its id stays taken; a second time it is gone (410)."""
    place = calendar(desk, matched.path["calendarId"])
    event = _existing(desk, place, matched)
    if event.cancelled:
        raise Refused(410, "deleted", "Resource has been deleted")
    _check_match(desk, event)
    cancel(desk.books, place.id, event, at=stamp(desk.now))
    return {}


def cancel(books: Books, calendar_id: str, event: Event, *, at: str) -> None:
    """The event is deleted, whoever did it."""
    save(books, calendar_id, event.id, event.fields | {"status": "cancelled", "updated": at}, pending_reads=None)


def read(desk: Desk, place: Calendar, event: Event) -> Event:
    """The event as this reading finds it: a pending conference comes nearer with each, and is made at last."""
    if event.pending_reads is None or event.master_id is not None:
        return event
    if event.pending_reads > 0:
        desk.books.run(
            "UPDATE event SET pending_reads = pending_reads - 1 WHERE calendar_id = ? AND id = ?", place.id, event.id
        )
        return event
    return settle_conference(desk.books, place.id, event)


def settle_conference(books: Books, calendar_id: str, event: Event) -> Event:
    """The event with its pending conference made."""
    fields = event.fields | {"conference": settled(books, event.fields["conference"])}
    return save(books, calendar_id, event.id, fields, pending_reads=None)


def save(books: Books, calendar_id: str, wanted: str, fields: Json, *, pending_reads: int | None) -> Event:
    """The event has these fields and a new revision; an instance becomes a row of its own, and a master forgets what it no longer names."""
    event = Event(id=wanted, revision=books.next("revision"), pending_reads=pending_reads, fields=fields)
    kept = fields
    if event.master_id is not None:
        kept, pending_reads = own_fields(_master(books, calendar_id, event.master_id).fields, fields), None
        _open_row(books, calendar_id, wanted)
    books.run(
        "UPDATE event SET revision = ?, cancelled = ?, pending_reads = ?, body = ? WHERE calendar_id = ? AND id = ?",
        event.revision,
        event.cancelled,
        pending_reads,
        json.dumps(kept),
        calendar_id,
        wanted,
    )
    recurring.reset(books, calendar_id, event)
    changed(books, calendar_id)
    return event


def add(books: Books, calendar_id: str, chosen: str, fields: Json) -> Event:
    """A new event with these fields stands in the calendar."""
    _open_row(books, calendar_id, chosen)
    return save(books, calendar_id, chosen, fields, pending_reads=None)


def _open_row(books: Books, calendar_id: str, chosen: str) -> None:
    books.run(
        "INSERT OR IGNORE INTO event (calendar_id, id, revision, cancelled, body) VALUES (?, ?, 0, 0, '{}')",
        calendar_id,
        chosen,
    )


def _master(books: Books, calendar_id: str, master_id: str) -> Event:
    found = find(books, calendar_id, master_id)
    if found is None:
        raise Refused(404, "notFound", "Not Found")
    return found


def _existing(desk: Desk, place: Calendar, matched: Matched) -> Event:
    event = find(desk.books, place.id, matched.path["eventId"])
    if event is None:
        raise Refused(404, "notFound", "Not Found")
    return event


def _change(desk: Desk, matched: Matched, body: Json, *, put: bool) -> Json:
    place = calendar(desk, matched.path["calendarId"])
    event = _existing(desk, place, matched)
    _check_match(desk, event)
    if event.cancelled and (event.master_id is None or body.get("status") in (None, "cancelled")):
        # Google revives some deleted events by a write and refuses others: nobody may rely on it (CALENDAR 3). An instance
        # whose master stands comes back when its status says so.
        raise Refused(403, "forbidden", "Forbidden")
    before = event.fields
    if event.master_id is not None and body.get("recurrence"):
        raise Refused(400, "invalid", "An instance of a recurring event does not recur.")
    fields = writable(body, before=before, calendar=place, put=put)
    fixed = {
        **event.place_in_master,
        "iCalUID": before["iCalUID"],
        "created": before["created"],
        "sequence": sequence_after(before, fields, body),
    }
    fields = _with_conference(desk, matched, body, fields | fixed, before=before.get("conference"), put=put)
    return _written(desk, place, event.id, fields, asked_before=event)


def _with_conference(desk: Desk, matched: Matched, body: Json, fields: Json, *, before: Json | None, put: bool) -> Json:
    after = before
    if matched.query.get("conferenceDataVersion", 0) == 1:
        sent = body.get("conferenceData") if "conferenceData" in body else Missing()
        after = conference_after(desk.books, before, sent, put=put, plan=desk.plan)
    return fields if after is None else fields | {"conference": after}


def _written(desk: Desk, place: Calendar, wanted: str, fields: Json, *, asked_before: Event | None) -> Json:
    fields = fields | {"updated": stamp(desk.now)}
    pending = (fields.get("conference") or {}).get("status") == Outcome.PENDING
    newly = asked_before is None or asked_before.conference != fields.get("conference")
    reads = (desk.plan.reads if newly or asked_before is None else asked_before.pending_reads) if pending else None
    event = save(desk.books, place.id, wanted, fields, pending_reads=reads)
    return event_answer(event, place, base_url=desk.base_url)


def _check_match(desk: Desk, event: Event) -> None:
    if desk.if_match not in (None, "*", event.etag):
        raise Refused(412, "conditionNotMet", "Precondition Failed")
