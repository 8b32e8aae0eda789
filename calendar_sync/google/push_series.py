"""Bring the recurring event of a series to the wanted state, with every instance that a person changed or the series left out.

The master is pushed as any other event. Then its instances are read, and those that differ are moved, deleted or brought back
one by one: what one of them is never touches another (CALENDAR 7, 8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from calendar_sync.google.client import GoogleCalendar
from calendar_sync.google.failures import Changed, Gone, Permanent, Transient
from calendar_sync.google.mapping import EventKey, Json, SessionEvent, left_out_of, moment, wall_text
from calendar_sync.google.push import KnownEvent, PushResult, push

AHEAD: Final = timedelta(days=400)
"""How far instances are looked at: as far as a feed reaches."""

Times = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEvent:
    """What a calendar shall say of a series. `times`: when each instance is, by its original start; None: it does not take place.

    What `times` does not name and the rule does is where the rule puts it, for `length`.
    """

    event: SessionEvent
    times: Mapping[datetime, Times | None]
    expected: tuple[datetime, ...]
    """The original starts that have to be found, as far as they are looked at."""
    length: timedelta
    beyond: frozenset[datetime] = frozenset()
    """Original starts of before that the rule does not name any more, because the series ends earlier by now."""

    def at(self, original: datetime) -> Times | None:
        """When the instance is, or None where it does not take place."""
        return self.times.get(original, (original, original + self.length))

    def leaves_out(self, master: Json, original: datetime) -> bool:
        """Whether the rule of this recurring event itself leaves the instance out, or does not reach as far."""
        return original in self.beyond or wall_text(original, self.event.zone) in left_out_of(master, self.event.zone)


def push_series(
    calendar: GoogleCalendar, key: EventKey, wanted: SeriesEvent | None, known: KnownEvent | None, *, now: datetime
) -> PushResult:
    """The calendar holds the series as one recurring event with its exceptions, or none if `wanted` is None. Raises a GoogleFailure."""
    result = push(calendar, key, None if wanted is None else wanted.event, known)
    if wanted is None:
        return result
    fresh = known is None or known.deleted or known.generation != result.known.generation
    try:
        _settle(calendar, result.known.event_id, wanted, since=None if fresh else now, until=now + AHEAD)
    except (Changed, Gone):
        raise Transient("changedMeanwhile") from None
    return result


def _settle(
    calendar: GoogleCalendar, master: str, wanted: SeriesEvent, *, since: datetime | None, until: datetime
) -> None:
    """Every instance is where it shall be; of one that we know nothing that has begun is touched any more."""
    listed = {original_start(item): item for item in calendar.instances(master, first=since, last=until)}
    for original, item in listed.items():
        _bring(calendar, item, wanted, original)
    for original in wanted.expected:
        times = wanted.at(original)
        if original not in listed and times is not None and (since is None or times[0] > since) and original < until:
            found = calendar.instances(master, originally=original)
            if not found:
                raise Permanent("instanceMissing")
            _bring(calendar, found[0], wanted, original)


def _bring(calendar: GoogleCalendar, item: Json, wanted: SeriesEvent, original: datetime) -> None:
    times = wanted.at(original)
    if times is None:
        if item["status"] != "cancelled":
            calendar.delete(item["id"])
        return
    if item["status"] == "cancelled" or times_of(item) != times:
        zone = wanted.event.zone
        start, end = ({"date": None} | moment(SessionEvent.wall_time(at, zone), zone) for at in times)
        body = {"start": start, "end": end, "status": str(wanted.event.status)}
        calendar.patch(item["id"], body, etag=item["etag"])


def original_start(item: Json) -> datetime:
    """Which instance it is: when it was to start by the rule, also after a move (CALENDAR 7). Raises Transient."""
    return _instant(item.get("originalStartTime"))


def times_of(item: Json) -> Times:
    """When the instance is. Raises Transient."""
    return _instant(item.get("start")), _instant(item.get("end"))


def _instant(told: object) -> datetime:
    match told:
        case {"dateTime": str(text)}:
            pass
        case {"date": str(text)}:
            # The coach made a whole day of it: no time of ours.
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        case _:
            raise Transient("unreadableAnswer")
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Transient("unreadableAnswer") from None
    if found.tzinfo is None:
        raise Transient("unreadableAnswer")
    return found.astimezone(UTC)
