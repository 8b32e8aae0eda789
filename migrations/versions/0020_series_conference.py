"""Where the sessions of a series take place, known before the first of them exists.

Revision ID: 0020
Revises: 0019
"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

# A series without a session yet lies beyond the horizon: its first session says where it takes place.
KNOWN = """
UPDATE series SET provider = coalesce((
    SELECT resolved.document -> 'values' -> 'conference.provider' ->> 'value'
    FROM series_occurrence AS place
    JOIN session ON session.organisation_id = place.organisation_id AND session.id = place.session_id
    JOIN resolved_policy AS resolved
        ON resolved.organisation_id = session.organisation_id AND resolved.id = session.resolved_policy_id
    WHERE place.organisation_id = series.organisation_id AND place.series_id = series.id ORDER BY place.on_date DESC LIMIT 1
), 'NONE')
"""
READ = ("series", "series_occurrence", "session", "resolved_policy")


def upgrade() -> None:
    """Add the column, filled from the sessions that stand; one transaction."""
    op.execute("ALTER TABLE series ADD COLUMN provider VARCHAR")
    # The owner of the tables is held to row-level security too, but a migration speaks for every organisation.
    for table in READ:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(KNOWN)
    for table in READ:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE series ALTER COLUMN provider SET NOT NULL")
