"""An account's events as its page lists them: by week and day, in the zone of their calendar."""

from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from calendar_sync.google_double import conferences, doings
from calendar_sync.google_double.answers import Json
from calendar_sync.google_double.calendars import Calendar
from calendar_sync.google_double.event_fields import Event
from calendar_sync.google_double.moments import begins, zone_of
from calendar_sync.google_double.service import Service
from calendar_sync.google_double.store import Books

Entry = dict[str, Any]
AHEAD = timedelta(days=182)


def accounts_of(service: Service) -> list[Entry]:
    """Every account with the number of its events."""
    with service.store.transaction() as books:
        return [
            {
                "email": email,
                "events": sum(
                    not event.cancelled
                    for place in doings.calendars_of(books, email)
                    for event in doings.events_in(books, place)
                ),
            }
            for email in doings.accounts(books)
        ]


def agenda_of(service: Service, email: str, *, base_url: str) -> Json | None:
    """What the page of an account shows; None: there is no such account."""
    with service.store.transaction() as books:
        others = doings.accounts(books)
        if email not in others:
            return None
        entries = [
            _entry(event, place, base_url)
            for place in doings.calendars_of(books, email)
            for event in _shown(books, place, service.clock())
        ]
    entries.sort(key=lambda entry: (entry["starts"], entry["id"]))
    standing = [entry for entry in entries if not entry["cancelled"]]
    return {
        "email": email,
        "others": [other for other in others if other != email],
        "count": len(standing),
        "weeks": [_week(monday, list(group)) for monday, group in groupby(standing, key=_monday)],
        "gone": [entry for entry in entries if entry["cancelled"]],
    }


def _shown(books: Books, place: Calendar, now: datetime) -> list[Event]:
    """What stands, a recurring event for half a year from its first instance on, and what was deleted."""
    kept = doings.events_in(books, place)
    first = max([now, *(begins(event.fields["start"], place.zone) for event in kept)])
    return doings.shown_until(books, place, first + AHEAD) + [event for event in kept if event.cancelled]


def _entry(event: Event, place: Calendar, base_url: str) -> Entry:
    fields, zone = event.fields, zone_of(place.zone)
    starts, ends = (begins(fields[side], place.zone).astimezone(zone) for side in ("start", "end"))
    return {
        "id": event.id,
        "starts": starts,
        "date": starts.date(),
        "day": f"{starts:%A}, {_long(starts.date())}",
        "title": fields.get("summary") or "(no title)",
        "description": fields.get("description", ""),
        "time": "all day" if "date" in fields["start"] else _hours(starts, ends),
        "zone": place.zone,
        "status": {"tentative": "on hold"}.get(fields["status"], fields["status"]),
        "firm": fields["status"] == "confirmed",
        "cancelled": event.cancelled,
        "link": conferences.link_of(event.conference, base_url),
        "conference": (event.conference or {}).get("status", ""),
        "calendar": place.body["summary"],
        "changes": fields["sequence"],
    }


def _week(monday: date, entries: list[Entry]) -> Json:
    days = [
        {"title": _long(day), "weekday": f"{day:%a}", "number": f"{day.day} {day:%b}", "events": list(group)}
        for day, group in groupby(entries, key=lambda entry: entry["date"])
    ]
    return {"title": f"Week of {_long(monday)}", "days": days}


def _monday(entry: Entry) -> date:
    day: date = entry["date"]
    return day - timedelta(days=day.weekday())


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _hours(starts: datetime, ends: datetime) -> str:
    days = (ends.date() - starts.date()).days
    return f"{starts:%H:%M} – {ends:%H:%M}" + (f" (+{days} day{'s' if days > 1 else ''})" if days else "")
