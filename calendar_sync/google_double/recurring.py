"""Recurring events: the instances of a master, those that were changed by themselves, and what a change of the master does to them.

An instance has the id of its master and its original start. It is a row only once it differs: what the row does not say, its
master does.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final

from dateutil.rrule import rrule, rruleset, rrulestr

from calendar_sync.google_double.answers import Json, Refused
from calendar_sync.google_double.event_fields import Event
from calendar_sync.google_double.moments import begins, zone_of
from calendar_sync.google_double.store import Books

MOST: Final = 730
"""No master shows more instances than this where nobody says until when."""
_ID: Final = re.compile(r"(?P<master>.+)_(?P<start>\d{8}T\d{6}Z)")
_UNTIL: Final = re.compile(r"UNTIL=(\d{8}T\d{6}Z)")
_OF_MASTER: Final = ("recurrence", "conference", "created", "iCalUID")
_OWN: Final = frozenset({
    "start", "end", "status", "sequence", "updated", "extendedProperties", "recurringEventId", "originalStartTime",
})  # fmt: skip

# Their ids begin with the master's and an underscore; the backtick is what follows it.
OF_MASTER: Final = "calendar_id = ? AND id >= ? || '_' AND id < ? || '`'"


def from_row(row: Any) -> Event:
    """The event of a row of the store, as it stands there."""
    return Event(
        id=row["id"], revision=row["revision"], pending_reads=row["pending_reads"], fields=json.loads(row["body"])
    )


def find(books: Books, calendar_id: str, wanted: str) -> Event | None:
    """The event of that id, deleted or not; an instance too that nobody has changed yet."""
    row = books.row("SELECT * FROM event WHERE calendar_id = ? AND id = ?", calendar_id, wanted)
    if row is not None:
        return whole(books, calendar_id, from_row(row))
    named = _ID.fullmatch(wanted)
    found = (
        None
        if named is None
        else books.row("SELECT * FROM event WHERE calendar_id = ? AND id = ?", calendar_id, named["master"])
    )
    if named is None or found is None:
        return None
    master, start = from_row(found), _read(named["start"])
    return _instance(master, start) if start in starts(master.fields) else None


def whole(books: Books, calendar_id: str, event: Event) -> Event:
    """An instance that was changed, with what it has of its master; any other event as it is."""
    master_id = event.fields.get("recurringEventId")
    if master_id is None:
        return event
    row = books.row("SELECT * FROM event WHERE calendar_id = ? AND id = ?", calendar_id, master_id)
    if row is None:
        return event
    master = from_row(row)
    of_master = {name: value for name, value in master.fields.items() if name != "recurrence"}
    return Event(
        id=event.id,
        revision=event.revision,
        pending_reads=master.pending_reads,
        fields=of_master | event.fields,
    )


def own_fields(master: Json, fields: Json) -> Json:
    """What of an instance is kept as its own: its times and status, and whatever differs from its master."""
    return {
        name: value
        for name, value in fields.items()
        if name in _OWN or (name not in _OF_MASTER and master.get(name) != value)
    }


def starts(fields: Json, *, until: datetime | None = None) -> list[datetime]:
    """The original starts of a master's instances by its rule, in order: all before `until`, or the first 730 of them."""
    if not fields.get("recurrence"):
        return []
    zone = zone_of(fields["start"].get("timeZone", "UTC")) or UTC
    found = (local.replace(tzinfo=zone).astimezone(UTC) for local in _rules(fields, zone))
    if until is None:
        return list(islice(found, MOST))
    kept: list[datetime] = []
    for start in found:
        if start >= until:
            break
        kept.append(start)
    return kept


def _rules(fields: Json, zone: Any) -> Iterator[datetime]:
    """The wall times of the rule, in its zone."""
    if "date" in fields["start"]:
        raise Refused(501, "notImplemented", "The double does not expand recurring events of whole days.")
    first = begins(fields["start"], "UTC").astimezone(zone).replace(tzinfo=None)
    rules = rruleset()
    for line in fields["recurrence"]:
        name, _, value = line.partition(":")
        match name.partition(";")[0].upper():
            case "RRULE":
                rules.rrule(_rule(_local_until(value, zone), first))
            case "EXDATE":
                for text in value.split(","):
                    rules.exdate(_wall(text, zone))
            case "RDATE":
                for text in value.split(","):
                    rules.rdate(_wall(text, zone))
            case _:
                raise Refused(501, "notImplemented", f"The double does not play {name}.")
    return iter(rules)


def _rule(value: str, first: datetime) -> rrule:
    found = rrulestr(value, dtstart=first)
    if not isinstance(found, rrule):
        raise Refused(400, "invalid", "Invalid recurrence rule.")
    return found


def _local_until(rule: str, zone: Any) -> str:
    """The rule with its end as wall time: dateutil wants it like the start."""
    return _UNTIL.sub(
        lambda found: f"UNTIL={_read(found[1]).astimezone(zone).replace(tzinfo=None):%Y%m%dT%H%M%S}", rule
    )


def _wall(text: str, zone: Any) -> datetime:
    if text.endswith("Z"):
        return _read(text).astimezone(zone).replace(tzinfo=None)
    return datetime.strptime(text, "%Y%m%dT%H%M%S")  # noqa: DTZ007  wall time of the event's zone


def _read(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def instances(
    books: Books, calendar_id: str, master: Event, *, first: datetime | None = None, last: datetime | None = None
) -> list[Event]:
    """The instances that lie in `[first, last)` as they stand, deleted ones too, by original start."""
    changed = {event.id: whole(books, calendar_id, event) for event in exceptions(books, calendar_id, master.id)}
    far = None if last is None else last + timedelta(days=1)
    found = [] if master.cancelled else [_instance(master, start) for start in starts(master.fields, until=far)]
    listed = {event.id: event for event in found} | changed
    return [event for _, event in sorted(listed.items()) if _inside(event, first, last)]


def _inside(event: Event, first: datetime | None, last: datetime | None) -> bool:
    begin, end = (begins(event.fields[side], "UTC") for side in ("start", "end"))
    return (first is None or end > first) and (last is None or begin < last)


def exceptions(books: Books, calendar_id: str, master_id: str) -> list[Event]:
    """The instances of a master that were changed by themselves, as they are kept."""
    return [
        from_row(row)
        for row in books.rows(f"SELECT * FROM event WHERE {OF_MASTER} ORDER BY id", calendar_id, master_id, master_id)
    ]


def reset(books: Books, calendar_id: str, master: Event) -> None:
    """Changed instances whose original start the master's rule does not name any more are forgotten; a deleted master has none."""
    standing = exceptions(books, calendar_id, master.id)
    if not standing:
        return
    named = set() if master.cancelled else {instance_id(master.id, start) for start in starts(master.fields)}
    for event in standing:
        if event.id not in named:
            books.run("DELETE FROM event WHERE calendar_id = ? AND id = ?", calendar_id, event.id)


def instance_id(master_id: str, start: datetime) -> str:
    """The id of the instance that originally starts then."""
    return f"{master_id}_{start:%Y%m%dT%H%M%SZ}"


def _instance(master: Event, start: datetime) -> Event:
    """The instance as its master has it."""
    length = begins(master.fields["end"], "UTC") - begins(master.fields["start"], "UTC")
    fields = {name: value for name, value in master.fields.items() if name != "recurrence"}
    zone = master.fields["start"]["timeZone"]
    return Event(
        id=instance_id(master.id, start),
        revision=master.revision,
        pending_reads=master.pending_reads,
        fields=fields
        | {
            "start": _kept(start, zone),
            "end": _kept(start + length, zone),
            "recurringEventId": master.id,
            "originalStartTime": _kept(start, zone),
        },
    )


def _kept(moment: datetime, zone: str) -> Json:
    return {"dateTime": f"{moment:%Y-%m-%dT%H:%M:%SZ}", "timeZone": zone}
