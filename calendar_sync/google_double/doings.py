"""What is done to the double beside its API: reading its books, ordering faults, and what people do in Google's own pages."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from calendar_sync.google_double import calendars, channels, consents, events, log
from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import Calendar
from calendar_sync.google_double.conferences import Outcome
from calendar_sync.google_double.event_fields import Event, event_answer, stamp, writable
from calendar_sync.google_double.faults import Fault
from calendar_sync.google_double.moments import instant
from calendar_sync.google_double.recurring import instances, whole
from calendar_sync.google_double.service import Service
from calendar_sync.google_double.store import Books


def log_since(service: Service, since: int) -> list[Json]:
    """The lines of the request log after number `since`."""
    with service.store.transaction() as books:
        return log.read(books, since=since)


def events_of(service: Service, email: str, *, deleted: bool, base_url: str) -> list[Json]:
    """The events in all calendars of an account as the API would show them, each with its `calendarId`, by start."""
    with service.store.transaction() as books:
        found = [
            {"calendarId": place.id, **event_answer(event, place, base_url=base_url)}
            for place in calendars_of(books, email)
            for event in events_in(books, place)
            if deleted or not event.cancelled
        ]
    return sorted(found, key=lambda event: str(event.get("start") or event["originalStartTime"]))


def shown_until(books: Books, place: Calendar, last: datetime) -> list[Event]:
    """What a person sees in their calendar: instances before `last` in place of their masters, nothing deleted."""
    found: list[Event] = []
    for event in events_in(books, place):
        if event.fields.get("recurrence"):
            found += instances(books, place.id, event, last=last)
        elif event.master_id is None:
            found.append(event)
    return [event for event in found if not event.cancelled]


def agenda(service: Service, email: str, until: str) -> list[Json]:
    """What stands in all calendars of an account before that instant, one by one, each with its `calendarId`, by start."""
    with service.store.transaction() as books:
        found = [
            {"calendarId": place.id, **event_answer(event, place, base_url="", zone="UTC")}
            for place in calendars_of(books, email)
            for event in shown_until(books, place, instant(until))
        ]
    return sorted(found, key=lambda event: (str(event["start"]), event["id"]))


def accounts(books: Books) -> list[str]:
    """The addresses of all accounts."""
    return [row["email"] for row in books.rows("SELECT email FROM account ORDER BY email")]


def calendars_of(books: Books, email: str) -> list[Calendar]:
    """The calendars of an account that still exist, its primary one first."""
    rows = books.rows(
        "SELECT * FROM calendar WHERE email = ? AND NOT deleted ORDER BY id <> email, revision, id", email
    )
    return [calendars.from_row(row) for row in rows]


def events_in(books: Books, place: Calendar) -> list[Event]:
    """All events of a calendar, deleted ones too; of a recurring event the master and the instances that were changed."""
    return [
        whole(books, place.id, events.from_row(row))
        for row in books.rows("SELECT * FROM event WHERE calendar_id = ? ORDER BY number", place.id)
    ]


def forget(service: Service) -> None:
    """The double is as new: no account, no event, no log, no fault."""
    service.faults.clear()
    with service.store.transaction() as books:
        books.clear()


def open_account(service: Service, email: str, zone: str = "UTC") -> None:
    """There is an account of that address; its primary calendar lies in `zone`."""
    with service.store.transaction() as books:
        calendars.open_account(books, email, zone=zone)


def add_fault(service: Service, **order: Any) -> int:
    """The fault stands; the answer is the number by which it is taken back."""
    return service.faults.add(Fault.from_json(order))


def standing_faults(service: Service) -> list[Json]:
    """The faults that stand, oldest first."""
    return [fault.to_json() for fault in service.faults.standing()]


def remove_fault(service: Service, number: int) -> None:
    """The fault stands no more."""
    service.faults.remove(number)


def clear_faults(service: Service) -> None:
    """No fault stands."""
    service.faults.clear()


def expire_access_tokens(service: Service, email: str | None = None) -> None:
    """The access tokens of this account, or of all, have run out."""
    with service.store.transaction() as books:
        consents.expire_access_tokens(books, email)


def withdraw_consent(service: Service, email: str) -> None:
    """The person took all consents back in their account's settings."""
    with service.store.transaction() as books:
        consents.revoke_all(books, email)


def forget_sync_tokens(service: Service) -> None:
    """No sync token given so far is good any more: 410."""
    with service.store.transaction() as books:
        books.set("forgotten", books.next("revision"))


def delete_event(service: Service, email: str, event_id: str) -> None:
    """The person deleted the event in their calendar."""
    with service.store.transaction() as books:
        place, event = _event(books, email, event_id)
        events.cancel(books, place.id, event, at=stamp(service.clock()))


def restore_event(service: Service, email: str, event_id: str) -> None:
    """The person took the event out of the trash of their calendar: it stands again as it was."""
    with service.store.transaction() as books:
        place, event = _event(books, email, event_id, deleted=True)
        kept = event.fields | {"status": "confirmed", "updated": stamp(service.clock())}
        events.save(books, place.id, event.id, kept, pending_reads=None)


def edit_event(service: Service, email: str, event_id: str, fields: Json) -> None:
    """The person edited the event in their calendar: `fields` as a PATCH would carry them."""
    with service.store.transaction() as books:
        place, event = _event(books, email, event_id)
        try:
            after = writable(fields, before=event.fields, calendar=place, put=False)
        except Refused as refused:
            raise ValueError(refused.message) from None
        moved = any(after[side] != event.fields[side] for side in ("start", "end"))
        kept = (
            event.fields
            | after
            | event.place_in_master
            | {"sequence": event.fields["sequence"] + moved, "updated": stamp(service.clock())}
        )
        events.save(books, place.id, event.id, kept, pending_reads=event.pending_reads)


def delete_calendar(service: Service, email: str, calendar_id: str) -> None:
    """The person deleted one of their calendars, with all that is in it."""
    with service.store.transaction() as books:
        books.run("UPDATE calendar SET deleted = 1 WHERE email = ? AND id = ?", email, calendar_id)
        channels.changed(books, calendar_id, gone=True)


def add_event(service: Service, email: str, fields: Json, calendar_id: str | None = None) -> str:
    """The person made an event by hand, in their primary calendar unless another one is named; the answer is its id."""
    with service.store.transaction() as books:
        place = _place(books, email, calendar_id or email)
        chosen = f"byhand{books.next('event'):020d}"
        try:
            kept = writable(fields, before={}, calendar=place, put=True)
        except Refused as refused:
            raise ValueError(refused.message) from None
        fixed = {"iCalUID": f"{chosen}@google.com", "sequence": 0, "created": stamp(service.clock())}
        events.add(books, place.id, chosen, kept | fixed | {"updated": stamp(service.clock())})
        return chosen


def copy_event(service: Service, email: str, event_id: str, calendar_id: str | None = None) -> str:
    """The person copied the event, with all that it carries, into a calendar of theirs; the answer is the copy's id."""
    with service.store.transaction() as books:
        _, event = _event(books, email, event_id)
        place = _place(books, email, calendar_id or email)
        chosen = f"copy{books.next('event'):020d}"
        fixed = {"iCalUID": f"{chosen}@google.com", "updated": stamp(service.clock())}
        kept = {
            name: value
            for name, value in event.fields.items()
            if name != "conference" and name not in event.place_in_master
        }
        events.add(books, place.id, chosen, kept | fixed)
        return chosen


def take_notifications(service: Service) -> list[Json]:
    """The notifications that would leave now, for a caller who carries them by itself."""
    return service.notifications()


def expire_channels(service: Service) -> None:
    """Every channel has come to its end; nobody is told."""
    with service.store.transaction() as books:
        books.run("UPDATE channel SET expires = 0")


def channels_of(service: Service) -> list[Json]:
    """The channels that still tell of changes, oldest first; without their tokens."""
    with service.store.transaction() as books:
        rows = books.rows("SELECT id, calendar_id, address, expires FROM channel WHERE NOT stopped ORDER BY rowid")
        return [dict(row) for row in rows]


def settle_conferences(service: Service, email: str) -> int:
    """Every pending Meet link of the account is made; answers how many."""
    with service.store.transaction() as books:
        pending = [
            (place, event)
            for place in calendars_of(books, email)
            for event in events_in(books, place)
            if (event.conference or {}).get("status") == Outcome.PENDING and not event.cancelled
        ]
        for place, event in pending:
            events.settle_conference(books, place.id, event)
        return len(pending)


def _place(books: Books, email: str, calendar_id: str) -> Calendar:
    found = [place for place in calendars_of(books, email) if place.id == calendar_id]
    if not found:
        raise ValueError("there is no such calendar")
    return found[0]


def _event(books: Books, email: str, event_id: str, *, deleted: bool = False) -> tuple[Calendar, Event]:
    for place in calendars_of(books, email):
        if (event := events.find(books, place.id, event_id)) is not None and event.cancelled == deleted:
            return place, event
    raise ValueError("there is no such event")


Doing = Callable[..., Any]

DOINGS: Final[Mapping[str, Doing]] = {
    "add-event": add_event,
    "add-fault": add_fault,
    "agenda": agenda,
    "channels": channels_of,
    "clear-faults": clear_faults,
    "copy-event": copy_event,
    "delete-calendar": delete_calendar,
    "delete-event": delete_event,
    "edit-event": edit_event,
    "expire-access-tokens": expire_access_tokens,
    "expire-channels": expire_channels,
    "forget": forget,
    "forget-sync-tokens": forget_sync_tokens,
    "open-account": open_account,
    "remove-fault": remove_fault,
    "restore-event": restore_event,
    "settle-conferences": settle_conferences,
    "standing-faults": standing_faults,
    "take-notifications": take_notifications,
    "withdraw-consent": withdraw_consent,
}
"""What can be asked for by name over `/control`."""
