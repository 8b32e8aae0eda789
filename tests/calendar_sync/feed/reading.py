"""How the tests read what we wrote: with a parser that is not ours, and against golden files."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import recurring_ical_events

GOLDEN = Path(__file__).parent / "golden"
FIRST, LAST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


def parsed(content: bytes) -> icalendar.Calendar:
    """The calendar as icalendar reads it, without a single fault, in lines that every reader can take (CALENDAR 37)."""
    assert_well_formed(content)
    calendar = icalendar.Calendar.from_ical(content)
    assert not calendar.errors
    assert not [fault for part in calendar.walk() for fault in part.errors]
    return calendar


def assert_well_formed(content: bytes) -> None:
    """Lines end in CRLF, hold at most 75 octets, whole characters, and no control character."""
    assert content.endswith(b"END:VCALENDAR\r\n")
    for line in content.removesuffix(b"\r\n").split(b"\r\n"):
        assert len(line) <= 75
        assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in line.decode())


def events(content: bytes) -> list[Any]:
    """Every event as a calendar program would show it, by start."""
    found = recurring_ical_events.of(parsed(content)).between(FIRST, LAST)
    return sorted(found, key=lambda event: event["DTSTART"].dt)


def starts(content: bytes) -> list[datetime]:
    """The instants at which the events start."""
    return [event["DTSTART"].dt.astimezone(UTC) for event in events(content)]


def assert_golden(name: str, content: bytes) -> None:
    """The file is what it was when somebody last looked at it; delete it to have it written anew."""
    parsed(content)
    file = GOLDEN / f"{name}.ics"
    if not file.exists():
        file.write_bytes(content)
        raise AssertionError(f"{file.name} has been written: look at it")
    assert content.decode() == file.read_bytes().decode()
