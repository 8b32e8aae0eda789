"""Series and their occurrences, as the verbs about them read them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, or_, select, text

from models.queries.keyset import Page, Window, read_page
from models.series import Series
from models.unit import Unit

SERIES = text("""
SELECT series.*, kind.code AS kind_code, kind.name AS kind_name, coach.name AS coach_name, coach.zone AS coach_zone,
    member.name AS member_name, member.zone AS member_zone, coalesce(membership.accounting_zone, member.zone, organisation.zone) AS accounting_zone,
    (SELECT min(later.id) FROM series AS later WHERE later.organisation_id = series.organisation_id
        AND later.predecessor_id = series.id) AS successor_id
FROM series
JOIN organisation ON organisation.id = series.organisation_id
JOIN membership ON membership.organisation_id = series.organisation_id AND membership.id = series.membership_id
JOIN session_kind AS kind ON kind.organisation_id = series.organisation_id AND kind.id = series.kind_id
JOIN person AS coach ON coach.organisation_id = series.organisation_id AND coach.id = series.coach_id
JOIN person AS member ON member.organisation_id = series.organisation_id AND member.id = series.member_id
WHERE series.organisation_id = :organisation AND series.id = ANY(CAST(:series AS bigint[]))
""")

SIBLINGS = text("""
SELECT id, cadence, first_on, at_time, zone, until_on FROM series
WHERE organisation_id = :organisation AND membership_id = :membership AND kind_id = :kind ORDER BY id
""")

STANDING = text("""
SELECT place.on_date, place.starts_at AS original_at, place.trouble, session.id AS session_id, session.starts_at, session.ends_at,
    session.status, session.membership_id
FROM series_occurrence AS place
LEFT JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id
WHERE place.organisation_id = :organisation AND place.series_id = :series ORDER BY place.on_date
""")

KEPT = text("""
SELECT session.starts_at FROM series
JOIN series_occurrence AS place ON place.organisation_id = series.organisation_id AND place.series_id = series.id
    AND place.on_date >= series.until_on
JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id AND session.status = 'SCHEDULED'
WHERE series.organisation_id = :organisation AND series.membership_id = :membership AND series.kind_id = :kind
""")


PLACES_OF_SESSIONS = text("""
SELECT session_id, series_id, on_date FROM series_occurrence
WHERE organisation_id = :organisation AND session_id = ANY(CAST(:sessions AS bigint[]))
""")


def series_page(unit: Unit, window: Window, *, person_id: int | None) -> Page[Row[Any]]:
    """The series of one of its two sides (None: all of the organisation), the oldest first. Key: (id); two statements."""
    ids: Select[*tuple[Any, ...]] = select(Series.id).where(Series.organisation_id == unit.organisation_id)
    if person_id is not None:
        ids = ids.where(or_(Series.coach_id == person_id, Series.member_id == person_id))
    page = read_page(unit, ids, (Series.id,), window)
    rows = series_of_ids(unit, [row.id for row in page.rows])
    return Page(rows=tuple(rows[row.id] for row in page.rows), has_more=page.has_more)


def places_of_sessions(unit: Unit, sessions: Sequence[int]) -> dict[int, Row[Any]]:
    """For each of these sessions that belongs to a series, which one and for which original date; one statement."""
    values = {"organisation": unit.organisation_id, "sessions": list(sessions)}
    return {row.session_id: row for row in unit.connection.execute(PLACES_OF_SESSIONS, values)}


def series_of_ids(unit: Unit, series: Sequence[int]) -> dict[int, Row[Any]]:
    """The series of these ids with their people and kind; one statement."""
    values = {"organisation": unit.organisation_id, "series": list(series)}
    return {row.id: row for row in unit.connection.execute(SERIES, values)}


def series_of_membership(unit: Unit, *, membership: int, kind: int) -> Sequence[Row[Any]]:
    """The rules of all series of a kind that a membership has or had; one statement."""
    values = {"organisation": unit.organisation_id, "membership": membership, "kind": kind}
    return unit.connection.execute(SIBLINGS, values).all()


def kept_starts(unit: Unit, *, membership: int, kind: int) -> Sequence[datetime]:
    """When the sessions start that stand although their series was cut before them: they had been moved by themselves."""
    values = {"organisation": unit.organisation_id, "membership": membership, "kind": kind}
    return unit.connection.execute(KEPT, values).scalars().all()


def places_of(unit: Unit, series_id: int) -> Sequence[Row[Any]]:
    """The dates of a series that were dealt with, each with its session as it stands; one statement."""
    return unit.connection.execute(STANDING, {"organisation": unit.organisation_id, "series": series_id}).all()
