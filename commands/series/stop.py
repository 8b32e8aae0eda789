"""Series end because what they hang on does: the membership, or the engagement with the coach (MODEL 5.3, 5.7, D-25)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text

from commands.apply.work import Work
from commands.series.cutting import CUT
from commands.series.pushing import push_after
from commands.series.rule import rule_of
from models.unit import Unit

RUNNING = text("""
SELECT id, coach_id, member_id, cadence, first_on, at_time, zone, until_on, next_on FROM series
WHERE organisation_id = :organisation AND membership_id = :membership
    AND (until_on IS NULL OR until_on >= CAST(:now AS timestamptz)::date - 1)
    AND (CAST(:coach AS bigint) IS NULL OR coach_id = :coach) ORDER BY id
""")


def stop_series(unit: Unit, membership_id: int, *, now: datetime, coach_id: int | None = None) -> list[Work]:
    """The membership's series, with one coach or with all, have no date any more whose time begins now or later; returns the pushes.

    What becomes of their sessions is for the caller to say, and is told by their own messages.
    """
    running = running_series(unit, membership_id, now=now, coach_id=coach_id)
    return [work for row in running for work in _stop(unit, row, now=now)]


def running_series(unit: Unit, membership_id: int, *, now: datetime, coach_id: int | None = None) -> list[Row[Any]]:
    """The membership's series that have dates to come, and perhaps some that ended a moment ago; one statement."""
    values = {"organisation": unit.organisation_id, "membership": membership_id, "coach": coach_id, "now": now}
    return list(unit.connection.execute(RUNNING, values))


def _stop(unit: Unit, row: Row[Any], *, now: datetime) -> list[Work]:
    rule = rule_of(row)
    found = next((one for one in rule.occurrences(now.astimezone(rule.zone).date()) if one.starts_at >= now), None)
    return [] if found is None else [cut_off(unit, row, found.on, now=now)]


def cut_off(unit: Unit, row: Row[Any], on: date, *, now: datetime) -> Work:
    """The series has no date from this one on any more; returns its push. Its sessions are left as they are."""
    values = {"organisation": unit.organisation_id, "series": row.id, "cut": on, "now": now}
    version = unit.connection.execute(CUT, values).scalar_one()
    return push_after(row.id, row.coach_id, row.member_id, version=version, now=now)
