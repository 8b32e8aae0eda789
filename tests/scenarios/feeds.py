"""A feed as a calendar program reads it: parsed by icalendar, expanded by recurring-ical-events."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import icalendar
import recurring_ical_events

FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEvent:
    """One event of a feed; instants are UTC."""

    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    text: str
    """Description, location, URL and conference together: where a reader may find a link."""


def read_feed(content: bytes) -> list[FeedEvent]:
    """All events of a feed, each occurrence as a reader would show it."""
    calendar = icalendar.Calendar.from_ical(content)
    assert not calendar.errors
    found = recurring_ical_events.of(calendar).between(FIRST, LAST)
    return [_event(event) for event in found]


def _event(event: Any) -> FeedEvent:
    texts = [event.get(name, "") for name in ("DESCRIPTION", "LOCATION", "URL", "CONFERENCE")]
    return FeedEvent(
        uid=str(event["UID"]),
        sequence=int(event.get("SEQUENCE", 0)),
        status=str(event["STATUS"]),
        starts_at=event["DTSTART"].dt.astimezone(UTC),
        ends_at=event["DTEND"].dt.astimezone(UTC),
        summary=str(event["SUMMARY"]),
        text="\n".join(str(text) for text in texts),
    )
