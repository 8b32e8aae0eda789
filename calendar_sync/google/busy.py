"""When a coach is taken elsewhere, as their Google Calendar says (CALENDAR 25, D-35).

Our own events never count: sessions and held times are known here already. An error is an error, never "free".
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from calendar_sync.google import reading_row
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.client import PRIMARY, GoogleAccount
from calendar_sync.google.failures import ConnectionBroken, GoogleFailure, Transient
from calendar_sync.google.mapping import ORGANISATION_PROPERTY, Json, private_properties
from calendar_sync.google.reading_row import Reading
from calendar_sync.google.visit import visit
from models.queries.context import organisation_now
from models.unit import Database
from policy.calendars import CalendarPlace

BEHIND: Final = timedelta(days=1)
AHEAD: Final = timedelta(days=135)
"""What is read around the organisation's present instant, more where somebody asks for a later time."""
PAUSE: Final = timedelta(seconds=30)
"""After a failure nobody who takes a time waits for Google again for so long."""
PATIENCE: Final = timedelta(seconds=4)
"""How long somebody who takes a time waits for Google."""
LONGEST: Final = timedelta(days=90)
"""Google answers about three months at a time; a longer range is asked for in parts."""

Taken = tuple[datetime, datetime]


def freshen(
    database: Database, settings: GoogleSettings, organisation_id: int, persons: frozenset[int], *, real_now: datetime
) -> None:
    """The busy times of these persons are as Google says now, or counted as unknown; those read a moment ago serve still."""
    if not settings.can_be_asked:
        return
    for reading in reading_row.load(database, organisation_id, persons):
        if not reading.is_coach:
            continue
        if _is_old(reading.busy_at, settings.busy_lasts, real_now) and _is_old(reading.busy_failed_at, PAUSE, real_now):
            _refresh(database, settings, reading, real_now=real_now)


def _is_old(at: datetime | None, lasts: timedelta, real_now: datetime) -> bool:
    return at is None or real_now - at >= lasts


def _refresh(database: Database, settings: GoogleSettings, reading: Reading, *, real_now: datetime) -> None:
    endpoints = settings.endpoints(is_sandbox=reading.is_sandbox)
    if endpoints is None:
        return
    with database.unit(reading.organisation_id, read_only=True) as unit:
        now = organisation_now(unit)
    span = span_around(now)
    try:
        times = visit(
            database,
            settings,
            endpoints,
            reading,
            lambda account: busy_in(account, settings, reading, span),
            now=now,
            timeout=PATIENCE,
        )
    except ConnectionBroken:
        # The coach was told; until they connect again nobody knows of a private appointment, and the last known ones go on.
        return
    except GoogleFailure as failure:
        keep_failure(database, settings, reading, span, failure, real_now=real_now)
        return
    keep_times(database, reading, span, times, real_now=real_now)


def span_around(now: datetime) -> Taken:
    """The time that is read."""
    return now - BEHIND, now + AHEAD


def busy_in(account: GoogleAccount, settings: GoogleSettings, reading: Reading, span: Taken) -> list[Taken]:
    """The times in which the coach is taken by what is not ours. Raises a GoogleFailure.

    Our own calendar is not asked; it holds nothing that is not known here. Where we write to the primary one, its intervals
    would not tell whose they are: its events are listed instead.
    """
    if reading.place is CalendarPlace.OWN:
        return merged([taken for part in parts(*span) for taken in account.busy([PRIMARY], *part)])
    zone, ours = ZoneInfo(reading.zone), settings.organisation_marks(reading.organisation_id)
    found = (taken_by(event, zone, ours) for event in account.appointments(*span))
    return merged([taken for taken in found if taken is not None])


def taken_by(event: Json, zone: ZoneInfo, ours: frozenset[str]) -> Taken | None:
    """When somebody is taken by an event of their primary calendar; None: not at all, or it is one of ours. Raises Transient.

    `ours`: the marks of their organisation. A session that another organisation, or another installation, has written there is
    known to nobody here: it takes their time as any other appointment does.
    As Google's own free/busy: what is deleted, declined or shown as free takes no time; a whole day is one in their zone.
    """
    if private_properties(event).get(ORGANISATION_PROPERTY) in ours or event.get("transparency") == "transparent":
        return None
    declined = any(one.get("self") and one.get("responseStatus") == "declined" for one in event.get("attendees", ()))
    if declined or event.get("status") == "cancelled":
        return None
    return _side(event.get("start"), zone), _side(event.get("end"), zone)


def _side(told: object, zone: ZoneInfo) -> datetime:
    match told:
        case {"dateTime": str(text)} | {"date": str(text)}:
            pass
        case _:
            raise Transient("unreadableAnswer")
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise Transient("unreadableAnswer") from None
    return (instant.replace(tzinfo=zone) if instant.tzinfo is None else instant).astimezone(UTC)


def parts(start: datetime, end: datetime) -> Iterator[Taken]:
    """The range in parts that Google answers at once; the last one reaches to the very end."""
    while start < end:
        until = min(start + LONGEST, end)
        yield start, until
        start = until


def merged(times: Sequence[Taken]) -> list[Taken]:
    """The same times without overlaps, in order."""
    found: list[Taken] = []
    for start, end in sorted(times):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return found


def keep_times(
    database: Database, reading: Reading, span: Taken, times: Sequence[Taken], *, real_now: datetime
) -> None:
    """These are the coach's busy times in the span."""
    with database.unit(reading.organisation_id) as unit:
        reading_row.keep(
            unit,
            reading.person_id,
            busy_from=span[0],
            busy_to=span[1],
            busy_at=real_now,
            busy_failed_at=None,
            busy_error=None,
        )
        reading_row.keep_busy(unit, reading.person_id, times)


def keep_failure(
    database: Database,
    settings: GoogleSettings,
    reading: Reading,
    span: Taken,
    failure: GoogleFailure,
    *,
    real_now: datetime,
) -> None:
    """The failure can be seen; where it is set so, the coach counts as taken until Google says when they are."""
    with database.unit(reading.organisation_id) as unit:
        reading_row.keep(unit, reading.person_id, busy_failed_at=real_now, busy_error=str(failure))
        reading_row.forget_unknown(unit, reading.person_id)
        if settings.closed_when_unknown:
            reading_row.keep_unknown(unit, reading.person_id, *span)
