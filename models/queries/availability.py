"""Coaches' time as it was published, and what the verbs about it ask."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, select, text

from models.availability import Holiday, Term
from models.unit import Unit

BETWEEN = text("""
SELECT session.id FROM engagement
JOIN session ON session.organisation_id = engagement.organisation_id AND session.coach_id = engagement.coach_id
    AND session.member_id = engagement.member_id
WHERE engagement.organisation_id = :organisation AND engagement.id = :engagement
    AND session.status = 'SCHEDULED' AND session.ends_at > :now ORDER BY session.starts_at, session.id
""")

COACH_OF = text("SELECT coach_id FROM time_off WHERE organisation_id = :organisation AND id = :time_off")


COACH = text("""
SELECT coach.person_id AS coach_id, person.name, person.zone, coach.hours_zone, coach.buffer_before, coach.buffer_after
FROM coach JOIN person ON person.organisation_id = coach.organisation_id AND person.id = coach.person_id
WHERE coach.organisation_id = :organisation AND coach.person_id = :coach
""")

HOURS = text("""
SELECT weekday, from_time, to_time FROM weekly_hours WHERE organisation_id = :organisation AND coach_id = :coach
ORDER BY weekday, from_time
""")

OVERRIDES = text("""
SELECT on_date, from_time, to_time FROM date_override WHERE organisation_id = :organisation AND coach_id = :coach
AND on_date BETWEEN :first AND :last ORDER BY on_date, from_time
""")

TIMES_OFF = text("""
SELECT off.id, off.coach_id, off.starts_at, off.ends_at, person.name AS coach_name, person.zone AS coach_zone
FROM time_off AS off JOIN person ON person.organisation_id = off.organisation_id AND person.id = off.coach_id
WHERE off.organisation_id = :organisation AND off.coach_id = :coach AND off.ends_at > :now ORDER BY off.starts_at, off.id LIMIT 100
""")


def sessions_of_engagement(unit: Unit, engagement_id: int, *, now: datetime) -> Sequence[int]:
    """The scheduled sessions of the two people of an engagement that are not over; one statement."""
    values = {"organisation": unit.organisation_id, "engagement": engagement_id, "now": now}
    return unit.connection.execute(BETWEEN, values).scalars().all()


def coach_of_time_off(unit: Unit, time_off_id: int) -> int | None:
    """Whose time off it is; None: there is none with this id."""
    values = {"organisation": unit.organisation_id, "time_off": time_off_id}
    return unit.connection.execute(COACH_OF, values).scalar_one_or_none()


def holidays_between(unit: Unit, first: date, last: date) -> Sequence[Row[Any]]:
    """The organisation's holidays from `first` to `last`, in order; one statement."""
    statement: Select[*tuple[Any, ...]] = select(Holiday.on_date, Holiday.name).where(
        Holiday.organisation_id == unit.organisation_id, Holiday.on_date.between(first, last)
    )
    return unit.connection.execute(statement.order_by(Holiday.on_date)).all()


def terms_of(unit: Unit) -> Sequence[Row[Any]]:
    """The organisation's terms, in order; one statement."""
    statement: Select[*tuple[Any, ...]] = select(Term.starts_on, Term.name).where(
        Term.organisation_id == unit.organisation_id
    )
    return unit.connection.execute(statement.order_by(Term.starts_on)).all()


def coach_of_id(unit: Unit, coach_id: int) -> Row[Any] | None:
    """The coach with the zone and buffers of their hours; None: this person is none. One statement."""
    return unit.connection.execute(COACH, {"organisation": unit.organisation_id, "coach": coach_id}).one_or_none()


def weekly_hours_of(unit: Unit, coach_id: int) -> Sequence[Row[Any]]:
    """The published week of a coach; one statement."""
    return unit.connection.execute(HOURS, {"organisation": unit.organisation_id, "coach": coach_id}).all()


def overrides_of(unit: Unit, coach_id: int, first: date, last: date) -> Sequence[Row[Any]]:
    """The overridden dates of a coach from `first` to `last`; a row without times is a closed date. One statement."""
    values = {"organisation": unit.organisation_id, "coach": coach_id, "first": first, "last": last}
    return unit.connection.execute(OVERRIDES, values).all()


def times_off_of(unit: Unit, coach_id: int, *, now: datetime) -> Sequence[Row[Any]]:
    """The first 100 times off of a coach that are not over; one statement."""
    return unit.connection.execute(
        TIMES_OFF, {"organisation": unit.organisation_id, "coach": coach_id, "now": now}
    ).all()
