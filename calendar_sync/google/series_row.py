"""A series, the connection of one of its two people and the event we know of: read in two statements, turned into what a push needs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from calendar_sync.feed.recurring import Deviation, Recurring, RuleLines, odd_dates, rule_lines, wall
from calendar_sync.google.edits import Standing
from calendar_sync.google.mapping import EventKey, EventStatus, SessionEvent
from calendar_sync.google.push_series import AHEAD, SeriesEvent
from calendar_sync.google.series_edits import StandingSeries
from calendar_sync.google.session_row import booked, key_in_use
from models.unit import Database, Unit
from policy.recurrence import Recurrence
from policy.terms import Cadence, Side


def _series(side: Side) -> str:
    """The series of one side, each for the calendar of the person there; a member's names the Meet link of the coach's."""
    own, other = ("coach", "member") if side is Side.COACH else ("member", "coach")
    provider = "coalesce(agreed.provider, r.provider)" if side is Side.COACH else "'NONE'"
    return f"""
SELECT r.id, false AS hold, '{side}' AS side, r.version, r.cadence, r.first_on, r.at_time, r.zone, r.duration, r.until_on, r.coach_id,
    r.member_id, owner.id AS owner_id, kind.name AS kind_name, other.name AS other_name,
    coalesce(hours.hours_zone, owner.zone) AS owner_zone, {provider} AS provider,
    organisation.is_sandbox, connection.status AS connection, connection.sealed_token, connection.calendar_id,
    connection.place AS calendar_place,
    known.event_id, known.generation, known.etag, known.deleted, known.conference_url, known.conference_status,
    CASE WHEN NOT theirs.deleted THEN theirs.conference_url END AS link_of_coach
FROM series AS r
JOIN organisation ON organisation.id = r.organisation_id
JOIN session_kind AS kind ON kind.organisation_id = r.organisation_id AND kind.id = r.kind_id
JOIN person AS owner ON owner.organisation_id = r.organisation_id AND owner.id = r.{own}_id
JOIN person AS other ON other.organisation_id = r.organisation_id AND other.id = r.{other}_id
LEFT JOIN coach AS hours ON hours.organisation_id = r.organisation_id AND hours.person_id = owner.id
LEFT JOIN LATERAL (
    SELECT resolved.document -> 'values' -> 'conference.provider' ->> 'value' AS provider
    FROM series_occurrence AS place
    JOIN session AS s ON s.organisation_id = place.organisation_id AND s.id = place.session_id
    JOIN resolved_policy AS resolved ON resolved.organisation_id = s.organisation_id AND resolved.id = s.resolved_policy_id
    WHERE place.organisation_id = r.organisation_id AND place.series_id = r.id ORDER BY place.on_date DESC LIMIT 1
) AS agreed ON true
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = r.organisation_id AND connection.person_id = owner.id
LEFT JOIN google_series AS known
    ON known.organisation_id = r.organisation_id AND known.series_id = r.id AND known.person_id = owner.id
LEFT JOIN google_series AS theirs
    ON theirs.organisation_id = r.organisation_id AND theirs.series_id = r.id AND theirs.person_id = r.coach_id
WHERE r.organisation_id = :organisation"""


_OF_ID = {side: text(f"{_series(side)} AND r.id = :series") for side in Side}

# A series that ended long ago stays as its owner leaves it.
_OF_PERSON = text(
    " UNION ALL ".join(
        f"{_series(side)} AND owner.id = :person AND coalesce(r.until_on >= CAST(:now AS timestamptz)::date, true)"
        for side in Side
    )
    + " ORDER BY id"
)

PLACES = text("""
SELECT place.series_id, place.on_date, place.starts_at AS original_at, s.id AS session_id, s.starts_at, s.ends_at, s.sequence, s.status,
    s.calendar_changed_at
FROM series_occurrence AS place
LEFT JOIN session AS s ON s.organisation_id = place.organisation_id AND s.id = place.session_id
WHERE place.organisation_id = :organisation AND place.series_id = ANY(CAST(:series AS bigint[])) ORDER BY place.on_date
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRow:
    """A series as it stands, with its dates that were dealt with."""

    row: Row[Any]
    places: Sequence[Row[Any]]

    @property
    def recurring(self) -> Recurring:
        """Its rule and its exceptions."""
        row = self.row
        rule = Recurrence(
            cadence=Cadence(row.cadence),
            first=row.first_on,
            at=row.at_time,
            zone=ZoneInfo(row.zone),
            until=row.until_on,
        )
        differing = [_deviation(place) for place in self.places if _differs(place)]
        return Recurring(rule=rule, length=row.duration, exceptions={one.on: one for one in differing})

    def odd(self, now: datetime) -> frozenset[date]:
        """The dates that get an event of their own, because clocks change at them (CALENDAR 36)."""
        return odd_dates(self.recurring, now + AHEAD)

    def alone(self, now: datetime) -> list[int]:
        """The sessions of those dates."""
        odd = self.odd(now)
        return [place.session_id for place in self.places if place.on_date in odd and place.session_id is not None]

    def wanted(self, now: datetime) -> SeriesEvent | None:
        """What the calendar shall say; None: nothing."""
        series, odd = self.recurring, self.odd(now)
        lines = rule_lines(series, odd)
        if lines is None:
            return None
        rule = series.rule
        ahead = rule.before((now + AHEAD).date()).occurrences(max(rule.first, now.astimezone(rule.zone).date()))
        # Odd dates are no instances at all: the rule leaves them out, whatever Google would make of their time.
        exceptions = [one for one in series.exceptions.values() if one.on not in odd]
        times = {rule.occurrence(one.on).starts_at: _times(one) for one in exceptions}
        return SeriesEvent(
            event=self._master(series, odd, lines),
            times=times,
            expected=tuple(sorted({one.starts_at for one in ahead if one.on not in odd} | times.keys())),
            length=series.length,
            beyond=frozenset(
                rule.occurrence(one.on).starts_at
                for one in exceptions
                if not one.stands and not series.rule_holds(one.on)
            ),
        )

    def _master(self, series: Recurring, odd: frozenset[date], lines: RuleLines) -> SessionEvent:
        row, rule = self.row, series.rule
        first = rule.occurrence(rule.first).starts_at
        return SessionEvent(
            title=f"{row.kind_name} with {row.other_name}",
            description=booked(None if row.side == Side.COACH else row.link_of_coach),
            starts=SessionEvent.wall_time(first, row.zone),
            ends=SessionEvent.wall_time(first + series.length, row.zone),
            zone=row.zone,
            status=EventStatus.CONFIRMED,
            conference=row.provider == "GOOGLE_MEET",
            sequence=0,
            recurrence=lines.texts,
            must_leave_out=frozenset(wall(rule, on) for on in odd if series.rule_holds(on)),
        )


def _times(one: Deviation) -> tuple[datetime, datetime] | None:
    if not one.stands or one.starts_at is None or one.ends_at is None:
        return None
    return one.starts_at, one.ends_at


def _differs(place: Row[Any]) -> bool:
    return place.session_id is None or place.status == "CANCELLED" or place.starts_at != place.original_at


def _deviation(place: Row[Any]) -> Deviation:
    return Deviation(
        on=place.on_date,
        session_id=place.session_id,
        starts_at=None if place.starts_at is None else place.starts_at.astimezone(UTC),
        ends_at=None if place.ends_at is None else place.ends_at.astimezone(UTC),
        sequence=place.sequence or 0,
        changed_at=place.calendar_changed_at,
        stands=place.session_id is not None and place.status != "CANCELLED",
    )


def key_of(row: Row[Any], secrets: Sequence[bytes], *, organisation_id: int) -> EventKey:
    """The key of the recurring event that a series has in the calendar of its coach, or of its member."""
    copy = row.side == Side.MEMBER
    keys = [EventKey.of_series(secret, organisation=organisation_id, series=row.id, copy=copy) for secret in secrets]
    return key_in_use(row, keys)


def load(database: Database, organisation_id: int, series_id: int, side: Side) -> SeriesRow | None:
    """The series for the calendar of one side, or None if there is none of this id."""
    values = {"organisation": organisation_id, "series": series_id}
    with database.unit(organisation_id, read_only=True) as unit:
        row = unit.connection.execute(_OF_ID[side], values).one_or_none()
        return None if row is None else SeriesRow(row=row, places=_places(unit, [row.id]).get(row.id, []))


def of_person(database: Database, organisation_id: int, person_id: int, *, now: datetime) -> list[SeriesRow]:
    """The series of a person that go on, or ended today at the earliest."""
    with database.unit(organisation_id, read_only=True) as unit:
        values = {"organisation": organisation_id, "person": person_id, "now": now - timedelta(days=1)}
        rows = unit.connection.execute(_OF_PERSON, values).all()
        places = _places(unit, [row.id for row in rows])
    return [SeriesRow(row=row, places=places.get(row.id, [])) for row in rows]


def standing_series(
    found: SeriesRow, sessions: Sequence[Standing], secrets: Sequence[bytes], *, organisation_id: int, now: datetime
) -> StandingSeries | None:
    """The series as its calendar should have it, with those of `sessions` that are instances of it; None: there are none, or no event."""
    row, wanted = found.row, found.wanted(now)
    own = {place.session_id for place in found.places}
    instances = [one for one in sessions if one.session_id in own and one.event_id.startswith(f"{row.event_id}_")]
    if wanted is None or not instances or row.deleted:
        return None
    key = key_of(row, secrets, organisation_id=organisation_id)
    event = Standing(
        session_id=instances[0].session_id,
        sequence=instances[0].sequence,
        key=key,
        wanted=wanted.event,
        event_id=row.event_id,
        etag=row.etag,
        earlier=key.event_ids_before(row.generation),
    )
    # An instance carries what its series does; nobody counts its changes for Google.
    kept = [
        replace(
            one,
            key=key,
            etag=None,
            earlier=frozenset(),
            series_event=row.event_id,
            wanted=replace(one.wanted, sequence=0),
        )
        for one in instances
    ]
    return StandingSeries(event=event, sessions=kept)


def _places(unit: Unit, series: Sequence[int]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    values = {"organisation": unit.organisation_id, "series": list(series)}
    for place in unit.connection.execute(PLACES, values):
        found.setdefault(place.series_id, []).append(place)
    return found
