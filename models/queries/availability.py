"""What the operator's side asks about coaches' time: which sessions stand in a stretch or between two people, whose a time off is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text

from models.unit import Unit

WITHIN = text("""
SELECT id FROM session WHERE organisation_id = :organisation AND coach_id = :coach AND status = 'SCHEDULED'
    AND starts_at < :to AND ends_at > :from ORDER BY starts_at, id
""")

BETWEEN = text("""
SELECT session.id FROM engagement
JOIN session ON session.organisation_id = engagement.organisation_id AND session.coach_id = engagement.coach_id
    AND session.member_id = engagement.member_id
WHERE engagement.organisation_id = :organisation AND engagement.id = :engagement
    AND session.status = 'SCHEDULED' AND session.ends_at > :now ORDER BY session.starts_at, session.id
""")

COACH_OF = text("SELECT coach_id FROM time_off WHERE organisation_id = :organisation AND id = :time_off")


def sessions_within(unit: Unit, coach_id: int, *, start: datetime, end: datetime) -> Sequence[int]:
    """The scheduled sessions of a coach that touch `[start, end)`, the earliest first; one statement."""
    values = {"organisation": unit.organisation_id, "coach": coach_id, "from": start, "to": end}
    return unit.connection.execute(WITHIN, values).scalars().all()


def sessions_of_engagement(unit: Unit, engagement_id: int, *, now: datetime) -> Sequence[int]:
    """The scheduled sessions of the two people of an engagement that are not over; one statement."""
    values = {"organisation": unit.organisation_id, "engagement": engagement_id, "now": now}
    return unit.connection.execute(BETWEEN, values).scalars().all()


def coach_of_time_off(unit: Unit, time_off_id: int) -> int | None:
    """Whose time off it is; None: there is none with this id."""
    values = {"organisation": unit.organisation_id, "time_off": time_off_id}
    return unit.connection.execute(COACH_OF, values).scalar_one_or_none()
