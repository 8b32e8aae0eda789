"""What a feed is written from: whose it is, whether a deadline has passed unseen, and the sessions in its window."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text

from models.queries.due_work import DUE
from models.queries.proposals import SLOTS
from models.unit import Unit
from policy.terms import Side

BACK: Final = timedelta(days=90)
AHEAD: Final = timedelta(days=400)
"""The window of a feed around the organisation's present instant, for the start of a session (CALENDAR 42)."""
MOST_SLOTS: Final = 32
"""More than one invite ever offers."""
ENTRY: Final = 24
"""Octets of an entry: the id of the session, the negated one of the proposal that holds the time, or that of the series above
all ids of sessions; and a digest of everything that its events are written from."""
OF_SERIES: Final = 1 << 62
"""What is added to the id of a series, so that it is no session's."""


def _shown(side: Side, own: str, other: str) -> str:
    """The sessions of one side that stand in a calendar: cancelled ones leave, past ones stay (MODEL 11)."""
    zone = "coalesce(reader.hours_zone, reader.zone)" if side is Side.COACH else "reader.zone"
    return f"""
    SELECT s.id, '{side}' AS side, {zone} AS zone, s.uid, s.sequence, s.provisional, s.starts_at, s.ends_at, s.booked_at,
        s.calendar_changed_at, kind.name AS kind_name, other.name AS other_name, known.conference_url, CAST(NULL AS text) AS rule
    FROM reader
    JOIN session AS s ON s.organisation_id = :organisation AND s.{own} = reader.id AND s.status <> 'CANCELLED'
        AND NOT EXISTS (SELECT FROM series_occurrence WHERE organisation_id = :organisation AND session_id = s.id)
        AND s.starts_at >= reader.now - CAST(:back AS interval) AND s.starts_at < reader.now + CAST(:ahead AS interval)
        AND (CAST(:kinds AS bigint[]) IS NULL OR s.kind_id = ANY(CAST(:kinds AS bigint[])))
    JOIN session_kind AS kind ON kind.organisation_id = s.organisation_id AND kind.id = s.kind_id
    JOIN person AS other ON other.organisation_id = s.organisation_id AND other.id = s.{other}
    LEFT JOIN google_event AS known ON known.organisation_id = s.organisation_id AND known.session_id = s.id AND known.person_id = s.coach_id"""


# A hold is told by its proposal's id and its number, negated: no session has such an id. It ends with the proposal, or before
# it once its time can be taken no more, and never moves.
HELD = f"""
    SELECT -(asked.id * {MOST_SLOTS} + held.number), 'COACH' AS side, coalesce(reader.hours_zone, reader.zone) AS zone,
        'hold-' || asked.id || CASE held.number WHEN 0 THEN '' ELSE '-' || held.number END || '.' || coalesce(s.uid, asked.uid),
        0, true, held.starts_at, held.ends_at, asked.sent_at, asked.sent_at, kind.name, other.name, CAST(NULL AS text), CAST(NULL AS text)
    FROM reader
    JOIN proposal AS asked ON asked.organisation_id = :organisation AND asked.coach_id = reader.id AND asked.status = 'PENDING'
    CROSS JOIN LATERAL {SLOTS} AS held
    LEFT JOIN session AS s ON s.organisation_id = asked.organisation_id AND s.id = asked.session_id
    JOIN session_kind AS kind ON kind.organisation_id = asked.organisation_id AND kind.id = coalesce(asked.kind_id, s.kind_id)
    JOIN person AS other ON other.organisation_id = asked.organisation_id AND other.id = asked.member_id
    WHERE coalesce(held.lapses_at > reader.now, true)
        AND held.starts_at >= reader.now - CAST(:back AS interval) AND held.starts_at < reader.now + CAST(:ahead AS interval)
        AND (CAST(:kinds AS bigint[]) IS NULL OR kind.id = ANY(CAST(:kinds AS bigint[])))"""


def _recurring(side: Side, own: str, other: str) -> str:
    """The series of one side: one event each, whose rule and exceptions are told as JSON; instants as seconds, in no zone.

    What lies ahead is told by the month, because that is how far changes of the clock are looked for.
    """
    return f"""
    SELECT {OF_SERIES} + r.id, '{side}', r.zone, r.uid, r.sequence + coalesce(found.sequence, 0)::int, false,
        (r.first_on + r.at_time) AT TIME ZONE 'UTC', date_trunc('month', reader.now + CAST(:ahead AS interval), 'UTC'),
        r.created_at, greatest(r.calendar_changed_at, found.changed_at), kind.name, other.name, known.conference_url,
        jsonb_build_object('cadence', r.cadence, 'first_on', r.first_on, 'at', r.at_time, 'until_on', r.until_on,
            'minutes', extract(epoch FROM r.duration) / 60, 'places', coalesce(found.places, '[]'))::text
    FROM reader
    JOIN series AS r ON r.organisation_id = :organisation AND r.{own} = reader.id
        AND coalesce(r.until_on >= (reader.now - CAST(:back AS interval))::date, true)
        AND (CAST(:kinds AS bigint[]) IS NULL OR r.kind_id = ANY(CAST(:kinds AS bigint[])))
    JOIN session_kind AS kind ON kind.organisation_id = r.organisation_id AND kind.id = r.kind_id
    JOIN person AS other ON other.organisation_id = r.organisation_id AND other.id = r.{other}
    LEFT JOIN google_series AS known ON known.organisation_id = r.organisation_id AND known.series_id = r.id
        AND known.person_id = r.coach_id AND NOT known.deleted
    CROSS JOIN LATERAL (
        SELECT sum(CASE WHEN s.id IS NULL THEN 1 ELSE s.sequence END) AS sequence, max(s.calendar_changed_at) AS changed_at,
            jsonb_agg(jsonb_build_array(place.on_date, s.id, extract(epoch FROM s.starts_at), extract(epoch FROM s.ends_at),
                s.sequence, extract(epoch FROM s.calendar_changed_at), s.status <> 'CANCELLED') ORDER BY place.on_date)
                FILTER (WHERE s.id IS NULL OR s.status = 'CANCELLED' OR s.starts_at <> place.starts_at) AS places
        FROM series_occurrence AS place
        LEFT JOIN session AS s ON s.organisation_id = place.organisation_id AND s.id = place.session_id
        WHERE place.organisation_id = r.organisation_id AND place.series_id = r.id
    ) AS found"""


READER = f"""
WITH reader AS (
    SELECT person.id, person.zone, person.feed_generation, person.created_at, coach.hours_zone,
        organisation.name AS organisation_name,
        coalesce(CAST(:now AS timestamptz), organisation.clock_at, clock_timestamp()) AS now
    FROM organisation
    JOIN person ON person.organisation_id = organisation.id AND person.id = :person AND person.deactivated_at IS NULL
    LEFT JOIN coach ON coach.organisation_id = organisation.id AND coach.person_id = person.id
    WHERE organisation.id = :organisation
), shown AS ({_shown(Side.COACH, "coach_id", "member_id")}
    UNION ALL {_shown(Side.MEMBER, "member_id", "coach_id")}
    UNION ALL {HELD}
    UNION ALL {_recurring(Side.COACH, "coach_id", "member_id")}
    UNION ALL {_recurring(Side.MEMBER, "member_id", "coach_id")}
)"""

# 128 bits of PostgreSQL's own hash of whole rows: it sees values, not their text, which depends on the connection's zone, and
# takes a third of the time of a cryptographic one. Nobody gains by making two states of one session look alike.
TOLD = """ROW(side, zone, uid, sequence, provisional, starts_at, ends_at, booked_at, calendar_changed_at, kind_name, other_name,
    conference_url, rule)"""
DIGEST = f"int8send(hash_record_extended({TOLD}, 0)) || int8send(hash_record_extended({TOLD}, 1))"

OWN = f"(id < {OF_SERIES})"
HEAD = text(f"""{READER}
SELECT reader.*,
    EXISTS (SELECT FROM due_work WHERE organisation_id = :organisation AND {DUE.replace(":now", "reader.now")}
        AND persons && ARRAY[reader.id]) AS due,
    found.*
FROM reader CROSS JOIN (
    SELECT coalesce(string_agg(int8send(id) || {DIGEST}, ''::bytea ORDER BY starts_at, id), ''::bytea) AS entries,
        min(starts_at) FILTER (WHERE {OWN} AND side = 'COACH') AS coach_from, max(ends_at) FILTER (WHERE {OWN} AND side = 'COACH') AS coach_to,
        min(starts_at) FILTER (WHERE {OWN} AND side = 'MEMBER') AS member_from, max(ends_at) FILTER (WHERE {OWN} AND side = 'MEMBER') AS member_to,
        array_agg(DISTINCT zone) FILTER (WHERE NOT {OWN}) AS series_zones, min(starts_at) FILTER (WHERE NOT {OWN}) AS series_from
    FROM shown
) AS found
""")

ROWS = text(f"{READER} SELECT * FROM shown WHERE id = ANY(CAST(:sessions AS bigint[]))")


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The first start and the last end of the sessions of one side."""

    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHead:
    """What one statement knows of a feed; `entries` holds `ENTRY` octets for each session, by start.

    Two heads with the same entries, names and zones belong to the same text.
    """

    person_id: int
    organisation_name: str
    zone: str
    hours_zone: str | None
    generation: int
    created_at: datetime
    now: datetime
    something_is_due: bool
    entries: bytes
    as_coach: Span | None
    as_member: Span | None
    series_zones: tuple[str, ...] = ()
    series_from: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSession:
    """A session as the reader's calendar shows it; `zone` is the reader's on this side, of a series its own."""

    id: int
    side: Side
    zone: str
    uid: str
    sequence: int
    provisional: bool
    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    calendar_changed_at: datetime
    kind_name: str
    other_name: str
    conference_url: str | None
    rule: str | None = None

    @property
    def recurring(self) -> bool:
        """Whether it is a whole series, told by `rule`."""
        return self.rule is not None

    @property
    def hold(self) -> bool:
        """Whether it is no session yet, but a time that a coach keeps free for a proposal."""
        return self.id < 0


def feed_head(
    unit: Unit,
    person_id: int,
    *,
    now: datetime | None = None,
    days: int | None = None,
    kinds: Sequence[int] = (),
) -> FeedHead | None:
    """The person's feed at the organisation's present instant, or at `now`; None: no such person, or deactivated. One statement.

    `days`: how far ahead it reaches, if not as far as it can; `kinds`: of these kinds of session alone, if any are named.
    """
    chosen = {"ahead": AHEAD if days is None else timedelta(days=days), "kinds": list(kinds) or None}
    row = unit.connection.execute(HEAD, _values(unit, person_id, now) | chosen).one_or_none()
    if row is None:
        return None
    return FeedHead(
        person_id=row.id,
        organisation_name=row.organisation_name,
        zone=row.zone,
        hours_zone=row.hours_zone,
        generation=row.feed_generation,
        created_at=row.created_at.astimezone(UTC),
        now=row.now.astimezone(UTC),
        something_is_due=row.due,
        entries=bytes(row.entries),
        as_coach=_span(row.coach_from, row.coach_to),
        as_member=_span(row.member_from, row.member_to),
        series_zones=tuple(row.series_zones or ()),
        series_from=None if row.series_from is None else row.series_from.astimezone(UTC),
    )


def session_of(entry: bytes) -> int:
    """The session that an entry of a head belongs to."""
    return int.from_bytes(entry[:8], signed=True)


def feed_sessions(unit: Unit, head: FeedHead, sessions: Sequence[int]) -> dict[int, FeedSession]:
    """Those of these sessions that stand in the feed, by id; one statement, in the unit of the head."""
    values = {**_values(unit, head.person_id, head.now), "sessions": list(sessions)}
    return {row.id: _session(row) for row in unit.connection.execute(ROWS, values)}


def _values(unit: Unit, person_id: int, now: datetime | None) -> dict[str, object]:
    return {
        "organisation": unit.organisation_id,
        "person": person_id,
        "now": now,
        "back": BACK,
        "ahead": AHEAD,
        "kinds": None,
    }


def _span(first: datetime | None, last: datetime | None) -> Span | None:
    return None if first is None or last is None else Span(first=first.astimezone(UTC), last=last.astimezone(UTC))


def _session(row: Row[Any]) -> FeedSession:
    return FeedSession(
        id=row.id,
        side=Side(row.side),
        zone=row.zone,
        uid=row.uid,
        sequence=row.sequence,
        provisional=row.provisional,
        starts_at=row.starts_at.astimezone(UTC),
        ends_at=row.ends_at.astimezone(UTC),
        booked_at=row.booked_at.astimezone(UTC),
        calendar_changed_at=row.calendar_changed_at.astimezone(UTC),
        kind_name=row.kind_name,
        other_name=row.other_name,
        conference_url=row.conference_url,
        rule=row.rule,
    )
