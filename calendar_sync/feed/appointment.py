"""One session as an event of a calendar file (MODEL 11). Pure."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from calendar_sync.feed.lines import duration, escaped, is_web_address, line, moment, uri, wall_time


class Standing(StrEnum):
    """How firm an appointment is, in the words of RFC 5545."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"
    """Only in the file of a mail: what is cancelled leaves a feed (CALENDAR 33)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLinks:
    """Addresses that an appointment carries for its reader: into the session, and to the pages that change it."""

    join: str | None = None
    reschedule: str | None = None
    cancel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """What a calendar says of one session to one reader; instants are UTC, `zone` is the reader's.

    `changed_at` is when its time or standing last changed (DTSTAMP, LAST-MODIFIED), never when the file is written: two
    readings are the same (CALENDAR 32). `alarm` is how long before the start the reader's calendar rings.
    """

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    standing: Standing
    sequence: int
    changed_at: datetime
    booked_at: datetime | None = None
    links: SessionLinks = field(default_factory=SessionLinks)
    alarm: timedelta | None = None


def vevent(appointment: Appointment) -> str:
    """The appointment as a VEVENT: without attendees, addresses of people, or notes (CALENDAR 39)."""
    return "".join(map(line, body(appointment, _times(appointment))))


def body(appointment: Appointment, times: list[str]) -> list[str]:
    """The lines of the event of an appointment, with these for when it is."""
    changed = moment(appointment.changed_at)
    return [
        "BEGIN:VEVENT",
        f"UID:{escaped(appointment.uid)}",
        f"DTSTAMP:{changed}",
        *([] if appointment.booked_at is None else [f"CREATED:{moment(appointment.booked_at)}"]),
        f"LAST-MODIFIED:{changed}",
        f"SEQUENCE:{appointment.sequence}",
        *times,
        f"SUMMARY:{escaped(appointment.title)}",
        f"STATUS:{appointment.standing}",
        *_join(appointment.links),
        *_description(appointment.links),
        *_alarm(appointment),
        "END:VEVENT",
    ]


def _times(appointment: Appointment) -> list[str]:
    """Start and end as wall times of the reader's zone; as UTC where the clock shows one of them twice.

    No two readers of calendars agree on a wall time that comes twice, and all agree on UTC (CALENDAR 36).
    """
    zone = ZoneInfo(appointment.zone)
    starts, ends = appointment.starts_at.astimezone(zone), appointment.ends_at.astimezone(zone)
    if _comes_twice(starts) or _comes_twice(ends):
        return [f"DTSTART:{moment(starts)}", f"DTEND:{moment(ends)}"]
    tzid = f"TZID={appointment.zone}"
    return [f"DTSTART;{tzid}:{wall_time(starts)}", f"DTEND;{tzid}:{wall_time(ends)}"]


def _comes_twice(local: datetime) -> bool:
    return local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def _join(links: SessionLinks) -> list[str]:
    """The way in, where each kind of reader looks for it: not one of them reads all three (CALENDAR 38)."""
    if links.join is None or not is_web_address(links.join):
        return []
    address = uri(links.join)
    return [
        f"LOCATION:{escaped(address)}",
        f"URL:{address}",
        f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join:{address}",
    ]


def _description(links: SessionLinks) -> list[str]:
    labelled = (("Join", links.join), ("Reschedule", links.reschedule), ("Cancel", links.cancel))
    told = [f"{label}: {uri(url)}" for label, url in labelled if url is not None and is_web_address(url)]
    return [f"DESCRIPTION:{escaped(chr(10).join(told))}"] if told else []


def _alarm(appointment: Appointment) -> list[str]:
    if appointment.alarm is None:
        return []
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"TRIGGER:-{duration(appointment.alarm)}",
        f"DESCRIPTION:{escaped(appointment.title)}",
        "END:VALARM",
    ]
