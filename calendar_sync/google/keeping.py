"""What a push leaves in the database: the event we know of, the state of the connection, and the next look at a Meet link.

A push talks to Google without any lock: the session or the connection may have changed meanwhile. Whatever is written
here is therefore written only onto the state that the push began with; a later change has a push of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text

from calendar_sync.google.mapping import ConferenceStatus
from calendar_sync.google.push import KnownEvent, PushResult
from commands.apply.slots import push_of
from commands.apply.work import Work, copy_of, into_calendar_of, schedule
from commands.connect_calendar import break_connection
from commands.series.pushing import push_after
from models.unit import Unit, lock_persons
from policy.terms import Side, WorkKind

FIRST_LOOK: Final = timedelta(seconds=10)
LONGEST_LOOK: Final = timedelta(hours=1)
LOOKS: Final = 32
"""How often a conference that Google is still making is looked at again: for about a day, ever more seldom (CALENDAR 15)."""

KNOWN = text("""
INSERT INTO google_event (organisation_id, session_id, person_id, event_id, generation, etag, deleted, conference_url,
    conference_status, pushed_at)
SELECT :organisation, id, :person, :event, :generation, :etag, :deleted, :url, :conference, :now FROM session
WHERE organisation_id = :organisation AND id = :session AND sequence = :sequence
ON CONFLICT (organisation_id, session_id, person_id) DO UPDATE SET event_id = EXCLUDED.event_id, generation = EXCLUDED.generation,
    etag = EXCLUDED.etag, deleted = EXCLUDED.deleted, conference_url = EXCLUDED.conference_url,
    conference_status = EXCLUDED.conference_status, pushed_at = EXCLUDED.pushed_at
RETURNING session_id
""")

OF_SERIES = text("""
INSERT INTO google_series (organisation_id, series_id, person_id, event_id, generation, etag, deleted, conference_url,
    conference_status, pushed_at)
SELECT :organisation, id, :person, :event, :generation, :etag, :deleted, :url, :conference, :now FROM series
WHERE organisation_id = :organisation AND id = :session AND version = :sequence
ON CONFLICT (organisation_id, series_id, person_id) DO UPDATE SET event_id = EXCLUDED.event_id, generation = EXCLUDED.generation,
    etag = EXCLUDED.etag, deleted = EXCLUDED.deleted, conference_url = EXCLUDED.conference_url,
    conference_status = EXCLUDED.conference_status, pushed_at = EXCLUDED.pushed_at
RETURNING series_id
""")

# An instance has the id of its series and its original start; the link is that of the series.
INSTANCES = text("""
INSERT INTO google_event (organisation_id, session_id, person_id, event_id, generation, etag, deleted, conference_url,
    conference_status, pushed_at)
SELECT :organisation, s.id, :person, :event || '_' || to_char(place.starts_at AT TIME ZONE 'UTC', 'YYYYMMDD"T"HH24MISS"Z"'),
    :generation, NULL, :deleted OR s.status = 'CANCELLED', :url, :conference, :now
FROM series_occurrence AS place
JOIN session AS s ON s.organisation_id = place.organisation_id AND s.id = place.session_id
WHERE place.organisation_id = :organisation AND place.series_id = :session AND s.id <> ALL(CAST(:alone AS bigint[]))
ON CONFLICT (organisation_id, session_id, person_id) DO UPDATE SET event_id = EXCLUDED.event_id, generation = EXCLUDED.generation,
    etag = EXCLUDED.etag, deleted = EXCLUDED.deleted, conference_url = EXCLUDED.conference_url,
    conference_status = EXCLUDED.conference_status, pushed_at = EXCLUDED.pushed_at
""")

HELD = text("""
INSERT INTO google_hold (organisation_id, proposal_id, slot, person_id, event_id, generation, etag, deleted, pushed_at)
SELECT :organisation, id, :slot, :person, :event, :generation, :etag, :deleted, :now FROM proposal
WHERE organisation_id = :organisation AND id = :session AND version = :sequence
ON CONFLICT (organisation_id, proposal_id, slot) DO UPDATE SET event_id = EXCLUDED.event_id, generation = EXCLUDED.generation,
    etag = EXCLUDED.etag, deleted = EXCLUDED.deleted, pushed_at = EXCLUDED.pushed_at
""")

# The push that comes after a change waits in the calendar's lane, or is this very one that is not yet done.
COMES_AFTER = text("""
SELECT EXISTS (SELECT FROM due_work WHERE organisation_id = :organisation AND lane = :lane AND kind = :kind AND object_id = :object
    AND done_at IS NULL AND set_aside_at IS NULL)
""")

LOOKED = text("""
SELECT count(*) AS number, count(*) FILTER (WHERE done_at IS NULL AND set_aside_at IS NULL AND fires_at > :now) AS ahead
FROM due_work WHERE organisation_id = :organisation AND cause_key = ANY(:keys)
""")

CONNECTION = """
UPDATE google_connection SET {change} WHERE organisation_id = :organisation AND person_id = :person
AND status = 'CONNECTED' AND sealed_token = :sealed RETURNING person_id
"""


def keep_result(unit: Unit, row: Row[Any], sealed: bytes, result: PushResult, *, now: datetime) -> None:
    """What we know of the event, unless the session has left this time or status since; a Meet link in the making is looked at again."""
    conference = result.known.conference
    look = _Look(kind=WorkKind.GOOGLE_PUSH, name=f"google-look:{row.id}:{result.known.generation}")
    if result.poll_again and not _look_again(unit, row, look, now=now):
        conference = ConferenceStatus.FAILURE
    known = result.known
    values = {
        "organisation": unit.organisation_id,
        "session": row.id,
        "sequence": row.sequence,
        "person": row.owner_id,
        "event": known.event_id,
        "generation": known.generation,
        "etag": known.etag,
        "deleted": known.deleted,
        "url": known.hangout_link,
        "conference": str(conference),
        "now": now,
    }
    if row.hold:
        unit.connection.execute(HELD, {**values, "slot": row.slot})
    elif unit.connection.execute(KNOWN, values).one_or_none() is None:
        _push_after_all(unit, row, push_of(row.id, row.coach_id, row.member_id, version=row.sequence, now=now), known)
    change_connection(unit, row.owner_id, sealed, "last_pushed_at = :now, last_error = NULL", now=now)


def keep_series(
    unit: Unit, row: Row[Any], sealed: bytes, result: PushResult, *, alone: Sequence[int], now: datetime
) -> None:
    """What we know of the event of a series, and of each of its sessions that is an instance of it; those `alone` have events of their own."""
    conference, known = result.known.conference, result.known
    look = _Look(kind=WorkKind.GOOGLE_SERIES, name=f"google-series-look:{row.id}:{known.generation}")
    if result.poll_again and not _look_again(unit, row, look, now=now):
        conference = ConferenceStatus.FAILURE
    values = {
        "organisation": unit.organisation_id,
        "session": row.id,
        "sequence": row.version,
        "person": row.owner_id,
        "event": known.event_id,
        "generation": known.generation,
        "etag": known.etag,
        "deleted": known.deleted,
        "url": known.hangout_link,
        "conference": str(conference),
        "now": now,
    }
    if unit.connection.execute(OF_SERIES, values).one_or_none() is not None:
        unit.connection.execute(INSTANCES, {**values, "alone": list(alone)})
        _pass_on_link(unit, row, known.hangout_link, now=now)
    else:
        _push_after_all(unit, row, push_after(row.id, row.coach_id, row.member_id, version=row.version, now=now), known)
    change_connection(unit, row.owner_id, sealed, "last_pushed_at = :now, last_error = NULL", now=now)


def _push_after_all(unit: Unit, row: Row[Any], push: Work, known: KnownEvent) -> None:
    """What was written as of before the session or series changed is put right by one more push, unless one comes in any case.

    A look at a Meet link waits in no lane: the push of the change may have been done while Google was slow to answer the look.
    """
    work = into_calendar_of(row.owner_id, push)
    values = {"organisation": unit.organisation_id, "lane": work.lane, "kind": work.kind, "object": work.object_id}
    if not unit.connection.execute(COMES_AFTER, values).scalar_one():
        schedule(unit, [replace(work, cause_key=f"{work.cause_key}:late:{known.event_id}:{known.etag}")])


def _pass_on_link(unit: Unit, row: Row[Any], link: str | None, *, now: datetime) -> None:
    """The member's calendar comes to name the Meet link that the coach's event of the series has by now."""
    if row.side == Side.COACH and link is not None and link != row.conference_url:
        push = push_after(
            row.id, row.coach_id, row.member_id, version=row.version, now=now, cause=f":link:{link.rpartition('/')[2]}"
        )
        schedule(unit, [copy_of(push, row.member_id)])


def keep_error(unit: Unit, person_id: int, sealed: bytes, error: str) -> None:
    """The coach can see what the last push failed with."""
    change_connection(unit, person_id, sealed, "last_error = :error", error=error)


def keep_token(unit: Unit, person_id: int, sealed: bytes, *, renewed: bytes) -> bool:
    """The newer sealed token stands in place of the one that the push began with; False: that one is gone already."""
    return change_connection(unit, person_id, sealed, "sealed_token = :renewed", renewed=renewed)


def keep_broken(unit: Unit, person_id: int, sealed: bytes, *, error: str, now: datetime) -> None:
    """The connection is broken, unless the coach has connected again since the push began."""
    lock_persons(unit, frozenset({person_id}))
    if change_connection(unit, person_id, sealed, "last_error = :error", error=error):
        break_connection(unit, person_id, error=error, now=now)


def change_connection(unit: Unit, person_id: int, sealed: bytes, change: str, **values: object) -> bool:
    """The connection that this sealed token belongs to is changed; False: there is no such connection any more."""
    bound = {"organisation": unit.organisation_id, "person": person_id, "sealed": sealed, **values}
    return unit.connection.execute(text(CONNECTION.format(change=change)), bound).one_or_none() is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """The push that looks again, and how its causes are called."""

    kind: WorkKind
    name: str


def _look_again(unit: Unit, row: Row[Any], asked: _Look, *, now: datetime) -> bool:
    """One more look is due later, outside the calendar's lane, so that no other push waits for it; False: there were enough."""
    keys = [f"{asked.name}:{number}" for number in range(LOOKS)]
    values = {"organisation": unit.organisation_id, "keys": keys, "now": now}
    looked = unit.connection.execute(LOOKED, values).one()
    if looked.ahead:
        return True
    if looked.number >= LOOKS:
        return False
    look = Work(
        kind=asked.kind,
        cause_key=keys[looked.number],
        persons=frozenset({row.coach_id, row.member_id}),
        object_id=row.id,
        fires_at=now + min(LONGEST_LOOK, FIRST_LOOK * 2 ** min(looked.number, 16)),
    )
    schedule(unit, [look])
    return True
