"""Accounts and their calendars."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.desk import Desk
from calendar_sync.google_double.discovery import Matched
from calendar_sync.google_double.moments import zone_of
from calendar_sync.google_double.store import Books

READ_ONLY = frozenset({"id", "etag", "kind", "dataOwner"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """A calendar that the caller may touch."""

    id: str
    email: str
    client_id: str | None
    revision: int
    body: Json

    @property
    def zone(self) -> str:
        """Its IANA zone."""
        return self.body["timeZone"]

    @property
    def primary(self) -> bool:
        """Whether it is the account's own calendar, which no application made."""
        return self.id == self.email


def open_account(books: Books, email: str, *, zone: str = "UTC") -> None:
    """There is an account of that address, with its primary calendar."""
    if books.row("SELECT email FROM account WHERE email = ?", email) is None:
        books.run("INSERT INTO account (email, zone) VALUES (?, ?)", email, zone)
        _write_new(books, email, email=email, client_id=None, body={"summary": email, "timeZone": zone})


def insert(desk: Desk, _: Matched, body: Json) -> Json:
    """calendars.insert: a new calendar of the caller's, made by this application."""
    if not body.get("summary"):
        raise Refused(400, "required", "Missing title.")
    kept = {name: value for name, value in body.items() if name not in READ_ONLY and value is not None}
    kept.setdefault("timeZone", "UTC")
    if zone_of(kept["timeZone"]) is None:
        raise Refused(400, "invalid", "Invalid time zone definition.")
    caller = desk.caller
    number = desk.books.next(f"calendars of {caller.email}")
    calendar_id = sha256(f"{caller.email}/{number}".encode()).hexdigest() + "@group.calendar.google.com"
    _write_new(desk.books, calendar_id, email=caller.email, client_id=caller.client_id, body=kept)
    return answer(calendar(desk, calendar_id))


def get(desk: Desk, matched: Matched, _: Json) -> Json:
    """calendars.get."""
    return answer(calendar(desk, matched.path["calendarId"]))


def calendar(desk: Desk, calendar_id: str) -> Calendar:
    """The calendar of that id, if it is the caller's and in reach of their scopes. Raises Refused (404, 403)."""
    wanted = desk.caller.email if calendar_id == "primary" else calendar_id
    row = desk.books.row("SELECT * FROM calendar WHERE id = ? AND email = ? AND NOT deleted", wanted, desk.caller.email)
    if row is None:
        raise Refused(404, "notFound", "Not Found")
    found = from_row(row)
    if desk.only_own_calendars and found.client_id != desk.caller.client_id:
        raise Refused(403, "insufficientPermissions", "Request had insufficient authentication scopes.")
    return found


def from_row(row: Any) -> Calendar:
    """The calendar of a row of the store."""
    return Calendar(
        id=row["id"],
        email=row["email"],
        client_id=row["client_id"],
        revision=row["revision"],
        body=json.loads(row["body"]),
    )


def answer(found: Calendar) -> Json:
    """The Calendar resource."""
    fixed = {"kind": "calendar#calendar", "etag": f'"{found.revision}"', "id": found.id}
    owner = {} if found.primary else {"dataOwner": found.email}
    return {**fixed, **found.body, **owner}


def _write_new(books: Books, calendar_id: str, *, email: str, client_id: str | None, body: Json) -> None:
    books.run(
        "INSERT INTO calendar (id, email, client_id, revision, body) VALUES (?, ?, ?, ?, ?)",
        calendar_id,
        email,
        client_id,
        books.next("revision"),
        json.dumps(body),
    )
