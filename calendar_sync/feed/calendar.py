"""Whole calendar files: what stands before the events of a feed, and the file that goes with a mail. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from calendar_sync.feed.appointment import Appointment, vevent
from calendar_sync.feed.lines import duration, escaped, line
from calendar_sync.feed.vtimezone import vtimezone

PRODUCT: Final = "-//Fortnight//Calendar//EN"
REFRESH: Final = timedelta(hours=1)
"""How often a reader may ask again (RFC 7986 5.7)."""
END_OF_CALENDAR: Final = line("END:VCALENDAR").encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneSpan:
    """A zone in which events are written, and the first and last instant of these events."""

    zone: str
    first: datetime
    last: datetime


def preamble(*, uid: str, name: str, zone: str, spans: Iterable[ZoneSpan]) -> bytes:
    """Everything of a feed that stands before its first event; `zone` is the reader's.

    No METHOD: with one, RFC 5546 asks for an organizer, and so for an address.
    """
    refresh = duration(REFRESH)
    lines = [
        *_opening(),
        f"UID:{escaped(uid)}",
        f"NAME:{escaped(name)}",
        f"X-WR-CALNAME:{escaped(name)}",
        f"X-WR-TIMEZONE:{escaped(zone)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{refresh}",
        f"X-PUBLISHED-TTL:{refresh}",
    ]
    zones = [vtimezone(span.zone, span.first, span.last) for span in _by_zone(spans)]
    return "".join([*map(line, lines), *zones]).encode()


def single_session_ics(appointment: Appointment) -> bytes:
    """A file with this one appointment, for a mail; a cancelled one takes itself out of the calendar that has it."""
    zone = vtimezone(appointment.zone, appointment.starts_at, appointment.ends_at)
    head = "".join(map(line, [*_opening(), "METHOD:PUBLISH"]))
    return (head + zone + vevent(appointment)).encode() + END_OF_CALENDAR


def _opening() -> list[str]:
    return ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]


def _by_zone(spans: Iterable[ZoneSpan]) -> list[ZoneSpan]:
    """One span for each zone: a zone is described once."""
    merged: dict[str, ZoneSpan] = {}
    for span in spans:
        known = merged.get(span.zone, span)
        merged[span.zone] = ZoneSpan(
            zone=span.zone, first=min(known.first, span.first), last=max(known.last, span.last)
        )
    return list(merged.values())
