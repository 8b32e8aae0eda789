"""events.list: filters, pages, and the sync token that leads from one listing to what changed since (CALENDAR 26, 27)."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.calendars import Calendar, calendar
from calendar_sync.google_double.desk import Desk
from calendar_sync.google_double.discovery import Matched
from calendar_sync.google_double.event_fields import Event, event_answer
from calendar_sync.google_double.events import find, read
from calendar_sync.google_double.moments import begins, instant, zone_of
from calendar_sync.google_double.recurring import from_row, instances, whole

NOT_WITH_SYNC_TOKEN: Final = frozenset({
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax", "updatedMin",
})  # fmt: skip
_DEFAULT_PAGE: Final = 250
_LARGEST_PAGE: Final = 2500

HAVING = """
EXISTS (SELECT 1 FROM json_each(event.body, '$.extendedProperties.{kind}') AS p WHERE p.key = ? AND p.value = ?)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """Where a listing stands: `since` the changes of which revision, `until` which one is current, `offset` within it."""

    since: int | None
    until: int
    offset: int


def list_events(desk: Desk, matched: Matched, _: Json) -> Json:
    """One page of events; the last page carries the token for the next synchronisation."""
    place = calendar(desk, matched.path["calendarId"])
    query = matched.query
    _check(query)
    position = _position(desk, place, query)
    found = _sorted(_matching(desk, place, query, position.since), query, place)
    return _page(desk, place, found, query, position)


def list_instances(desk: Desk, matched: Matched, _: Json) -> Json:
    """One page of the instances of a recurring event as they stand; deleted ones only where they are asked for."""
    place, query = calendar(desk, matched.path["calendarId"]), matched.query
    master = find(desk.books, place.id, matched.path["eventId"])
    if master is None or master.cancelled:
        raise Refused(404, "notFound", "Not Found")
    first, last = (instant(query[name]) if name in query else None for name in ("timeMin", "timeMax"))
    found = [
        event
        for event in instances(desk.books, place.id, master, first=first, last=last)
        if (query.get("showDeleted") or not event.cancelled) and _originally(event, query.get("originalStart"))
    ]
    return _page(desk, place, found, query, _position(desk, place, query))


def _originally(event: Event, start: str | None) -> bool:
    return start is None or begins(event.fields["originalStartTime"], "UTC") == instant(start)


def _page(desk: Desk, place: Calendar, found: Sequence[Event], query: Mapping[str, Any], position: Position) -> Json:
    size = min(query.get("maxResults", _DEFAULT_PAGE), _LARGEST_PAGE)
    page = found[position.offset : position.offset + size]
    answer = _frame(place, desk) | {"items": [_item(desk, place, event, query) for event in page]}
    if position.offset + size < len(found):
        token = {"offset": position.offset + size, "since": position.since, "until": position.until}
        return answer | {"nextPageToken": _token({**token, "query": _fingerprint(query)})}
    if query.keys() & (NOT_WITH_SYNC_TOKEN - {"timeMin", "timeMax"}):
        return answer
    return answer | {"nextSyncToken": _sync_token(place, position.until)}


def _check(query: Mapping[str, Any]) -> None:
    if "syncToken" in query and (clash := sorted(query.keys() & NOT_WITH_SYNC_TOKEN)):
        raise Refused(400, "invalid", f"Sync token cannot be used with {', '.join(clash)}.", location=clash[0])
    if "syncToken" in query and query.get("showDeleted") is False:
        raise Refused(400, "invalid", "Sync token cannot be used with showDeleted=false.", location="showDeleted")
    if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
        raise Refused(
            400, "invalid", "The requested ordering is not available for the particular query.", location="orderBy"
        )
    if "timeMin" in query and "timeMax" in query and instant(query["timeMin"]) >= instant(query["timeMax"]):
        raise Refused(400, "timeRangeEmpty", "The specified time range is empty.", location="timeMax")
    for name in ("timeZone",):
        if name in query and zone_of(query[name]) is None:
            raise Refused(400, "invalid", "Invalid time zone.", location=name)


def _position(desk: Desk, place: Calendar, query: Mapping[str, Any]) -> Position:
    if "pageToken" in query:
        token = _read_token(query["pageToken"])
        if token is None or token.get("query") != _fingerprint(query):
            raise Refused(400, "invalid", "Invalid page token value.", location="pageToken")
        return Position(since=token["since"], until=token["until"], offset=token["offset"])
    since = None
    if "syncToken" in query:
        since = _read_sync_token(place, query["syncToken"])
        if since < desk.books.current("forgotten"):
            raise Refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.")
    return Position(since=since, until=desk.books.current("revision"), offset=0)


def _matching(desk: Desk, place: Calendar, query: Mapping[str, Any], since: int | None) -> list[Event]:
    conditions: list[str] = ["calendar_id = ?"]
    values: list[str | int] = [place.id]
    if since is not None:
        conditions.append("revision > ?")
        values.append(since)
    elif not query.get("showDeleted") and "updatedMin" not in query:
        # A deleted instance is told all the same, or nobody would know of it; not where instances are listed one by one.
        lone = "" if query.get("singleEvents") else " OR json_extract(body, '$.recurringEventId') IS NOT NULL"
        conditions.append(f"(NOT cancelled{lone})")
    for kind in ("private", "shared"):
        for wanted in query.get(f"{kind}ExtendedProperty", ()):
            name, equals, value = wanted.partition("=")
            if not equals:
                raise Refused(400, "invalid", "Invalid extended property.", location=f"{kind}ExtendedProperty")
            conditions.append(HAVING.format(kind=kind))
            values += [name, value]
    rows = desk.books.rows(f"SELECT * FROM event WHERE {' AND '.join(conditions)} ORDER BY number", *values)
    kept = [whole(desk.books, place.id, from_row(row)) for row in rows]
    if query.get("singleEvents"):
        kept = _one_by_one(desk, place, kept, query)
    return [event for event in kept if _within(desk, event, query, place)]


def _one_by_one(desk: Desk, place: Calendar, found: list[Event], query: Mapping[str, Any]) -> list[Event]:
    """Instances in place of their masters."""
    first, last = (instant(query[name]) if name in query else None for name in ("timeMin", "timeMax"))
    listed: list[Event] = [event for event in found if not event.fields.get("recurrence") and event.master_id is None]
    for master in (event for event in found if event.fields.get("recurrence")):
        listed += instances(desk.books, place.id, master, first=first, last=last)
    return [event for event in listed if query.get("showDeleted") or not event.cancelled]


def _within(desk: Desk, event: Event, query: Mapping[str, Any], place: Calendar) -> bool:
    fields = event.fields
    return (
        _overlaps(desk, event, query, place)
        and ("updatedMin" not in query or instant(fields["updated"]) >= instant(query["updatedMin"]))
        and ("iCalUID" not in query or fields["iCalUID"] == query["iCalUID"])
        and ("eventTypes" not in query or "default" in query["eventTypes"])
        and ("q" not in query or _mentions(fields, query["q"]))
    )


def _overlaps(desk: Desk, event: Event, query: Mapping[str, Any], place: Calendar) -> bool:
    """Whether it lies in the time asked for; a recurring event does where one of its instances does."""
    first, last = (instant(query[name]) if name in query else None for name in ("timeMin", "timeMax"))
    if event.fields.get("recurrence") and (first is not None or last is not None):
        return bool(instances(desk.books, place.id, event, first=first, last=last))
    starts, ends = (begins(event.fields[side], place.zone) for side in ("start", "end"))
    return (first is None or ends > first) and (last is None or starts < last)


def _mentions(fields: Json, words: str) -> bool:
    text = " ".join(str(fields.get(name, "")) for name in ("summary", "description", "location")).casefold()
    return all(word in text for word in words.casefold().split())


def _sorted(found: list[Event], query: Mapping[str, Any], place: Calendar) -> Sequence[Event]:
    match query.get("orderBy"):
        case "startTime":
            return sorted(found, key=lambda event: begins(event.fields["start"], place.zone))
        case "updated":
            return sorted(found, key=lambda event: event.revision)
        case _:
            return found


def _item(desk: Desk, place: Calendar, event: Event, query: Mapping[str, Any]) -> Json:
    return event_answer(read(desk, place, event), place, base_url=desk.base_url, zone=query.get("timeZone"))


def _frame(place: Calendar, desk: Desk) -> Json:
    return {
        "kind": "calendar#events",
        "etag": f'"{desk.books.current("revision")}"',
        "summary": place.body["summary"],
        "timeZone": place.zone,
        "accessRole": "owner",
        "defaultReminders": [],
    }


def _fingerprint(query: Mapping[str, Any]) -> str:
    asked = {name: value for name, value in query.items() if name != "pageToken"}
    return sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def _sync_token(place: Calendar, since: int) -> str:
    """The token of this calendar for what changes after that revision."""
    return urlsafe_b64encode(f"{_named(place)}/{since}".encode()).decode().rstrip("=")


def _read_sync_token(place: Calendar, text: str) -> int:
    """The revision that a token of this calendar names. Raises Refused for any other text."""
    try:
        named, _, since = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode().partition("/")
        number = int(since)
    except ValueError:
        raise Refused(410, "fullSyncRequired", "Sync token is no longer valid, a full sync is required.") from None
    if named != _named(place):
        raise Refused(400, "invalid", "Invalid sync token value.", location="syncToken")
    return number


def _named(place: Calendar) -> str:
    return sha256(place.id.encode()).hexdigest()[:8]


def _token(content: Json) -> str:
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def _read_token(text: str) -> Json | None:
    try:
        content = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
