"""Due work is found in due order, and knows the span in which it was written.

Each part of a worker has an index of its own, so that a hundred thousand works of one part, or of next year, do not stand in the way of
another. A mail or a push is traced back to the request that caused it.

Revision ID: 0021
Revises: 0020
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE due_work ADD COLUMN trace_parent VARCHAR;
ALTER TABLE due_work ALTER COLUMN trace_parent SET DEFAULT nullif(current_setting('fortnight.trace', true), '');
DROP INDEX ix_due_work_pending;
DROP INDEX ix_due_work_state;
"""
LEFT = "done_at IS NULL AND set_aside_at IS NULL"
PARTS = {
    "pending": LEFT,
    "state": f"{LEFT} AND changes_state",
    "telling": f"{LEFT} AND NOT changes_state AND rank < 11",
    "mail": f"{LEFT} AND rank >= 11 AND kind = 'MAIL'",
    "calendar": f"{LEFT} AND rank >= 11 AND kind <> 'MAIL'",
}


def upgrade() -> None:
    """Add the column, which does not write the table anew, and make the indexes."""
    op.execute(COLUMNS)
    for name, which in PARTS.items():
        op.execute(
            f"CREATE INDEX ix_due_work_{name} ON due_work (organisation_id, fires_at, strict, rank, object_id, id) WHERE {which}"
        )
