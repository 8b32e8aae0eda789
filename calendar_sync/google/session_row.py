"""A session, the connection of one of its two people and the event we know of: read in one statement, turned into what a push needs."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, TextClause, text

from calendar_sync.google.mapping import ConferenceStatus, EventKey, EventStatus, SessionEvent
from calendar_sync.google.push import KnownEvent
from models.unit import Database
from policy.terms import Side


def _sessions(side: Side) -> str:
    """The sessions of one side, each for the calendar of the person there; the Meet link is made with the coach's event."""
    own, other = ("coach", "member") if side is Side.COACH else ("member", "coach")
    zone = "coalesce(hours.hours_zone, owner.zone)" if side is Side.COACH else "owner.zone"
    provider = "resolved.document -> 'values' -> 'conference.provider' ->> 'value'" if side is Side.COACH else "'NONE'"
    return f"""
SELECT s.id, false AS hold, '{side}' AS side, place.series_id, s.status, s.provisional, s.starts_at, s.ends_at, s.sequence,
    s.coach_id, s.member_id, owner.id AS owner_id, other.name AS other_name, kind.name AS kind_name, {zone} AS zone,
    {provider} AS provider, organisation.is_sandbox, connection.status AS connection, connection.sealed_token,
    connection.calendar_id, connection.place AS calendar_place,
    known.event_id, known.generation, known.etag, known.deleted, known.conference_url, known.conference_status
FROM session AS s
JOIN organisation ON organisation.id = s.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
JOIN person AS owner ON owner.organisation_id = s.organisation_id AND owner.id = s.{own}_id
JOIN person AS other ON other.organisation_id = s.organisation_id AND other.id = s.{other}_id
LEFT JOIN coach AS hours ON hours.organisation_id = s.organisation_id AND hours.person_id = owner.id
JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = s.organisation_id AND connection.person_id = owner.id
LEFT JOIN series_occurrence AS place ON place.organisation_id = s.organisation_id AND place.session_id = s.id
LEFT JOIN google_event AS known
    ON known.organisation_id = s.organisation_id AND known.session_id = s.id AND known.person_id = owner.id
WHERE s.organisation_id = :organisation"""


_OF_ID = {
    side: text(f"{_sessions(side)} AND s.id = ANY(CAST(:sessions AS bigint[])) ORDER BY s.starts_at, s.id")
    for side in Side
}


def _of_person(which: str) -> TextClause:
    """Those of a person as coach and as member, by start."""
    both = " UNION ALL ".join(f"{_sessions(side)} AND owner.id = :person {which}" for side in Side)
    return text(f"SELECT * FROM ({both}) AS found ORDER BY starts_at, id")


_TO_COME = _of_person("AND s.status IN ('SCHEDULED', 'CANCELLED') AND s.starts_at > :now")
# What has begun stays in the calendar as its owner leaves it.
_STANDING = _of_person(
    "AND known.person_id IS NOT NULL AND NOT known.deleted AND s.status = 'SCHEDULED' AND s.starts_at > :now"
)


def load(database: Database, organisation_id: int, session_id: int, side: Side) -> Row[Any] | None:
    """The row of the session for the calendar of one side, or None if there is no such session."""
    return next(iter(load_all(database, organisation_id, [session_id], side)), None)


def load_all(database: Database, organisation_id: int, sessions: Sequence[int], side: Side) -> Sequence[Row[Any]]:
    """The rows of these sessions for the calendar of one side, by start."""
    values = {"organisation": organisation_id, "sessions": list(sessions)}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(_OF_ID[side], values).all()


def of_person(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The person's sessions that have not begun, cancelled ones too."""
    values = {"organisation": organisation_id, "person": person_id, "now": now}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(_TO_COME, values).all()


def standing(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The person's upcoming sessions whose event stands in their calendar, as far as we know."""
    values = {"organisation": organisation_id, "person": person_id, "now": now}
    with database.unit(organisation_id, read_only=True) as unit:
        return unit.connection.execute(_STANDING, values).all()


def key_of(row: Row[Any], secrets: Sequence[bytes], *, organisation_id: int) -> EventKey:
    """The key of the event that a session has in the calendar of its coach, or of its member."""
    of = EventKey.of if row.side == Side.COACH else EventKey.of_copy
    return key_in_use(row, [of(secret, organisation=organisation_id, session=row.id) for secret in secrets])


def key_in_use(row: Row[Any], keys: Sequence[EventKey]) -> EventKey:
    """Of the keys by the newest server secret and those of before, the one that the event has that we know of; else the newest."""
    if row.event_id is None:
        return keys[0]
    return next((key for key in keys if key.event_id(row.generation) == row.event_id), keys[0])


BOOKED = "Booked in Fortnight. Change or cancel it there: what is changed here alone is put back."


def booked(join_url: str | None) -> str:
    """What an event says below its title."""
    return BOOKED if join_url is None else f"{BOOKED}\n\nJoin: {join_url}"


_HELD = "A time that was proposed in Fortnight and waits for an answer there. Until then it is kept free."


def wanted_event(row: Row[Any], *, join_url: str | None = None) -> SessionEvent | None:
    """What the calendar shall say; None: the session or the hold left it. What has taken place stays as it was (MODEL 11).

    `join_url`: the owner's way in, where the event has no Meet link of its own.
    """
    if row.status == "CANCELLED":
        return None
    starts, ends = row.starts_at.astimezone(UTC), row.ends_at.astimezone(UTC)
    title = f"{row.kind_name} with {row.other_name}"
    return SessionEvent(
        title=f"Hold: {title}" if row.hold else title,
        description=_HELD if row.hold else booked(join_url),
        starts=SessionEvent.wall_time(starts, row.zone),
        ends=SessionEvent.wall_time(ends, row.zone),
        zone=row.zone,
        status=EventStatus.TENTATIVE if row.provisional else EventStatus.CONFIRMED,
        conference=row.provider == "GOOGLE_MEET",
        sequence=row.sequence,
    )


def known_event(row: Row[Any]) -> KnownEvent | None:
    """The event as we last left it, if there was one."""
    if row.event_id is None:
        return None
    return KnownEvent(
        event_id=row.event_id,
        generation=row.generation,
        etag=row.etag,
        deleted=row.deleted,
        hangout_link=row.conference_url,
        conference=ConferenceStatus(row.conference_status or "none"),
    )
