"""Google calendars of members too, the primary one by choice, and what a comparison of a calendar with the sessions found.

Revision ID: 0022
Revises: 0021
"""

from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

PLACES = """
ALTER TABLE google_connection ADD COLUMN place TEXT DEFAULT 'OWN' NOT NULL;
ALTER TABLE google_event DROP CONSTRAINT pk_google_event;
ALTER TABLE google_event ADD CONSTRAINT pk_google_event PRIMARY KEY (organisation_id, session_id, person_id);
ALTER TABLE google_series DROP CONSTRAINT pk_google_series;
ALTER TABLE google_series ADD CONSTRAINT pk_google_series PRIMARY KEY (organisation_id, series_id, person_id);
"""

# Whose turn it is to be compared is asked over all organisations, as for reading.
CHECKS = """
ALTER TABLE google_reading ADD COLUMN check_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE google_reading ADD COLUMN checked JSONB;
CREATE INDEX ix_google_reading_check ON google_reading (check_at);
GRANT SELECT (check_at), UPDATE (check_at) ON google_reading TO fortnight_worker;
"""


def upgrade() -> None:
    """Widen the keys, add the columns; one transaction."""
    op.execute(PLACES)
    op.execute(CHECKS)
