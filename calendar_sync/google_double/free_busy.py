"""freeBusy.query: when the caller's calendars are taken, without saying by what."""

from datetime import datetime, timedelta
from typing import Any, Final

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import Calendar, from_row
from calendar_sync.google_double.desk import Desk
from calendar_sync.google_double.discovery import Matched
from calendar_sync.google_double.event_fields import Event
from calendar_sync.google_double.moments import begins, instant, is_instant, written, zone_of
from calendar_sync.google_double.recurring import from_row as event_from_row
from calendar_sync.google_double.recurring import instances

MOST_CALENDARS: Final = 50
LONGEST: Final = timedelta(days=93)

Interval = tuple[datetime, datetime]


def query(desk: Desk, _: Matched, body: Json) -> Json:
    """The busy intervals of each calendar asked for, merged; a calendar out of reach is an error, never free."""
    first, last = _range(body)
    zone = body.get("timeZone") or "UTC"
    if zone_of(zone) is None:
        raise Refused(400, "invalid", "Invalid time zone.")
    asked = [item.get("id") for item in body.get("items") or []]
    if len(asked) > min(body.get("calendarExpansionMax") or MOST_CALENDARS, MOST_CALENDARS):
        raise Refused(400, "tooManyCalendarsRequested", "The requested number of calendars is too large.")
    calendars = {str(name): _calendar(desk, str(name), first, last, zone) for name in asked}
    return {
        "kind": "calendar#freeBusy",
        "timeMin": written(first, zone),
        "timeMax": written(last, zone),
        "calendars": calendars,
    }


def _range(body: Json) -> Interval:
    bounds: list[datetime] = []
    for name in ("timeMin", "timeMax"):
        if not is_instant(str(body.get(name, ""))):
            raise Refused(400, "required", f"Missing {name} parameter.", location=name)
        bounds.append(instant(body[name]))
    first, last = bounds
    if first >= last:
        raise Refused(400, "timeRangeEmpty", "The specified time range is empty.", location="timeMax")
    if last - first > LONGEST:
        raise Refused(400, "timeRangeTooLong", "The requested time range is too long.", location="timeMax")
    return first, last


def _calendar(desk: Desk, name: str, first: datetime, last: datetime, zone: str) -> Json:
    wanted = desk.caller.email if name == "primary" else name
    row = desk.books.row("SELECT * FROM calendar WHERE id = ? AND email = ? AND NOT deleted", wanted, desk.caller.email)
    if row is None:
        return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
    merged: list[Interval] = []
    for begin, end in sorted(_taken(desk, from_row(row), first, last)):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return {"busy": [{"start": written(begin, zone), "end": written(end, zone)} for begin, end in merged]}


def _taken(desk: Desk, place: Calendar, first: datetime, last: datetime) -> list[Interval]:
    found: list[Interval] = []
    for fields in (event.fields for event in _standing(desk, place, first, last)):
        begin, end = (begins(fields[side], place.zone) for side in ("start", "end"))
        if fields.get("transparency") != "transparent" and begin < last and end > first:
            found.append((max(begin, first), min(end, last)))
    return found


def _standing(desk: Desk, place: Calendar, first: datetime, last: datetime) -> list[Event]:
    """What is not deleted, instances in place of their masters."""
    rows: list[Any] = desk.books.rows("SELECT * FROM event WHERE calendar_id = ? AND NOT cancelled", place.id)
    found: list[Event] = []
    for event in map(event_from_row, rows):
        if event.fields.get("recurrence"):
            listed = instances(desk.books, place.id, event, first=first, last=last)
            found += [one for one in listed if not one.cancelled]
        elif event.master_id is None:
            found.append(event)
    return found
