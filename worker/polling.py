"""Calendars whose turn it is to be read, whether anything was told or not: messages of channels may be lost (CALENDAR 28).

Asked in the machine's time, as Google's is; a sandbox's clock has nothing to do with it.
"""

from datetime import timedelta

from sqlalchemy import text

from commands.read_calendar import look
from models.unit import Database

BATCH = 100
AGAIN = timedelta(minutes=10)
"""Until when nobody else looks; the reading itself sets the time of the next one."""

TURN = text("""
UPDATE google_reading SET poll_at = clock_timestamp() + CAST(:again AS interval)
WHERE (organisation_id, person_id) IN (
    SELECT organisation_id, person_id FROM google_reading WHERE poll_at <= clock_timestamp()
    ORDER BY poll_at LIMIT :batch FOR UPDATE SKIP LOCKED)
RETURNING organisation_id, person_id, poll_at
""")


def poll(database: Database) -> int:
    """Every calendar whose turn it was is read soon; returns how many."""
    with database.across_organisations() as connection:
        rows = connection.execute(TURN, {"again": AGAIN, "batch": BATCH}).all()
    return sum(
        look(database, row.organisation_id, row.person_id, cause=f"poll:{row.poll_at.isoformat()}") for row in rows
    )
