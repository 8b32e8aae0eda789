"""How far a connected calendar was read, as a row, and what reading leaves there (CALENDAR 25 to 28)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import text

from models.unit import Database, Unit
from policy.calendars import CalendarPlace

READING = text("""
SELECT connection.person_id, connection.calendar_id, connection.place, connection.sealed_token, connection.scopes,
    coalesce(coach.hours_zone, person.zone) AS zone, coach.person_id IS NOT NULL AS is_coach, organisation.is_sandbox,
    reading.calendar_id AS read_calendar_id, reading.sync_token, reading.channel_id, reading.resource_id, reading.channel_expires_at,
    reading.busy_at, reading.busy_failed_at
FROM google_connection AS connection
JOIN organisation ON organisation.id = connection.organisation_id
JOIN person ON person.organisation_id = connection.organisation_id AND person.id = connection.person_id
LEFT JOIN coach ON coach.organisation_id = connection.organisation_id AND coach.person_id = connection.person_id
LEFT JOIN google_reading AS reading
    ON reading.organisation_id = connection.organisation_id AND reading.person_id = connection.person_id
WHERE connection.organisation_id = :organisation AND (:everybody OR connection.person_id = ANY(CAST(:persons AS bigint[])))
    AND connection.status = 'CONNECTED' AND connection.calendar_id IS NOT NULL AND connection.sealed_token IS NOT NULL
ORDER BY connection.person_id
""")

KEEP = """
INSERT INTO google_reading (organisation_id, person_id, {names}) VALUES (:organisation, :person, {values})
ON CONFLICT (organisation_id, person_id) DO UPDATE SET {sets}
"""

FORGET_BUSY = text("DELETE FROM google_busy WHERE organisation_id = :organisation AND person_id = :person")
UNKNOWN_ENDS = text("DELETE FROM google_busy WHERE organisation_id = :organisation AND person_id = :person AND unknown")
TAKEN = text("""
INSERT INTO google_busy (organisation_id, person_id, during, unknown)
SELECT :organisation, :person, tstzrange(start, stop), :unknown
FROM jsonb_to_recordset(CAST(:times AS jsonb)) AS taken (start timestamptz, stop timestamptz)
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A connected calendar and how far it was read; `read_calendar_id` is the one that `sync_token` belongs to."""

    organisation_id: int
    person_id: int
    calendar_id: str
    place: CalendarPlace
    is_coach: bool
    sealed: bytes = field(repr=False)
    scopes: frozenset[str]
    zone: str
    is_sandbox: bool
    read_calendar_id: str | None
    sync_token: str | None = field(repr=False)
    channel_id: str | None
    resource_id: str | None
    channel_expires_at: datetime | None
    busy_at: datetime | None
    busy_failed_at: datetime | None

    @property
    def known_token(self) -> str | None:
        """The token for the calendar that is connected now."""
        return self.sync_token if self.read_calendar_id == self.calendar_id else None


def load(database: Database, organisation_id: int, persons: Iterable[int]) -> list[Reading]:
    """The connected calendars of these persons; one statement."""
    return _load(database, organisation_id, sorted(persons), everybody=False)


def load_all(database: Database, organisation_id: int) -> list[Reading]:
    """All connected calendars of the organisation; one statement."""
    return _load(database, organisation_id, [], everybody=True)


def _load(database: Database, organisation_id: int, persons: list[int], *, everybody: bool) -> list[Reading]:
    values = {"organisation": organisation_id, "persons": persons, "everybody": everybody}
    with database.unit(organisation_id, read_only=True) as unit:
        rows = unit.connection.execute(READING, values).all()
    return [
        Reading(
            organisation_id=organisation_id,
            person_id=row.person_id,
            calendar_id=row.calendar_id,
            place=CalendarPlace(row.place),
            is_coach=row.is_coach,
            sealed=bytes(row.sealed_token),
            scopes=frozenset(row.scopes.split()),
            zone=row.zone,
            is_sandbox=row.is_sandbox,
            read_calendar_id=row.read_calendar_id,
            sync_token=row.sync_token,
            channel_id=row.channel_id,
            resource_id=row.resource_id,
            channel_expires_at=_utc(row.channel_expires_at),
            busy_at=_utc(row.busy_at),
            busy_failed_at=_utc(row.busy_failed_at),
        )
        for row in rows
    ]


def keep(unit: Unit, person_id: int, **values: object) -> None:
    """These columns of the person's reading have these values."""
    names = sorted(values)
    statement = KEEP.format(
        names=", ".join(names),
        values=", ".join(f":{name}" for name in names),
        sets=", ".join(f"{name} = EXCLUDED.{name}" for name in names),
    )
    unit.connection.execute(text(statement), {"organisation": unit.organisation_id, "person": person_id, **values})


def keep_busy(unit: Unit, person_id: int, times: Iterable[tuple[datetime, datetime]]) -> None:
    """The coach is taken elsewhere in these times and no others."""
    values = {"organisation": unit.organisation_id, "person": person_id}
    unit.connection.execute(FORGET_BUSY, values)
    _take(unit, values, times, unknown=False)


def keep_unknown(unit: Unit, person_id: int, start: datetime, end: datetime) -> None:
    """Nobody knows when the coach is taken, and so they count as taken in all of this time; what was known stays beside it."""
    values = {"organisation": unit.organisation_id, "person": person_id}
    _take(unit, values, [(start, end)], unknown=True)


def forget_unknown(unit: Unit, person_id: int) -> None:
    """The coach does not count as taken for want of an answer any more."""
    unit.connection.execute(UNKNOWN_ENDS, {"organisation": unit.organisation_id, "person": person_id})


def _take(unit: Unit, values: dict[str, Any], times: Iterable[tuple[datetime, datetime]], *, unknown: bool) -> None:
    rows = [{"start": start, "stop": end} for start, end in times]
    if rows:
        unit.connection.execute(TAKEN, {**values, "times": orjson.dumps(rows).decode(), "unknown": unknown})


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)
