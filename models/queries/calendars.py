"""A person's calendars: the generation of their feed, and their Google connection."""

from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

CALENDAR = text("""
SELECT person.id AS person_id, person.feed_generation, coach.person_id IS NOT NULL AS is_coach,
    connection.status, connection.last_error, connection.connected_at, connection.last_pushed_at,
    (SELECT count(*) FROM due_work WHERE due_work.organisation_id = person.organisation_id AND due_work.kind IN ('GOOGLE_PUSH', 'GOOGLE_HOLD')
        AND due_work.lane = 'google:' || person.id AND due_work.set_aside_at IS NOT NULL) AS set_aside
FROM person
LEFT JOIN coach ON coach.organisation_id = person.organisation_id AND coach.person_id = person.id
LEFT JOIN google_connection AS connection
    ON connection.organisation_id = person.organisation_id AND connection.person_id = person.id
WHERE person.organisation_id = :organisation AND person.id = :person
""")


def calendar_of(unit: Unit, person_id: int) -> Row[Any] | None:
    """The calendars of a person; `set_aside`: pushes that failed for good. One statement."""
    return unit.connection.execute(CALENDAR, {"organisation": unit.organisation_id, "person": person_id}).one_or_none()
