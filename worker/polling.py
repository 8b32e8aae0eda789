"""Calendars whose turn it is to be read, whether anything was told or not, or to be held against the sessions (CALENDAR 28).

Asked in the machine's time, as Google's is; a sandbox's clock has nothing to do with it.
"""

from datetime import timedelta

from sqlalchemy import text

from commands.read_calendar import compare, look
from models.unit import Database

BATCH = 100
AGAIN = timedelta(minutes=10)
"""Until when nobody else looks; the reading itself sets the time of the next one."""

CHECK_EVERY = timedelta(days=1)
"""A calendar is held against the sessions so often, a quarter sooner or later."""

TURN = text("""
UPDATE google_reading SET poll_at = clock_timestamp() + CAST(:again AS interval)
WHERE (organisation_id, person_id) IN (
    SELECT organisation_id, person_id FROM google_reading WHERE poll_at <= clock_timestamp()
    ORDER BY poll_at LIMIT :batch FOR UPDATE SKIP LOCKED)
RETURNING organisation_id, person_id, poll_at
""")


# One that was never compared has its first turn with its first poll.
TURN_TO_CHECK = text("""
UPDATE google_reading SET check_at = clock_timestamp() + CAST(:every AS interval) * (0.75 + random() / 2)
WHERE (organisation_id, person_id) IN (
    SELECT organisation_id, person_id FROM google_reading WHERE check_at <= clock_timestamp() OR (check_at IS NULL AND poll_at <= clock_timestamp())
    ORDER BY check_at NULLS LAST LIMIT :batch FOR UPDATE SKIP LOCKED)
RETURNING organisation_id, person_id, check_at
""")


def poll(database: Database) -> int:
    """Every calendar whose turn it was is read soon; returns how many."""
    with database.across_organisations() as connection:
        rows = connection.execute(TURN, {"again": AGAIN, "batch": BATCH}).all()
    return sum(
        look(database, row.organisation_id, row.person_id, cause=f"poll:{row.poll_at.isoformat()}") for row in rows
    )


def poll_checks(database: Database) -> int:
    """Every calendar whose turn it was is soon held against the sessions; returns how many."""
    with database.across_organisations() as connection:
        rows = connection.execute(TURN_TO_CHECK, {"every": CHECK_EVERY, "batch": BATCH}).all()
    return sum(compare(database, row.organisation_id, row.person_id, cause=row.check_at.isoformat()) for row in rows)
