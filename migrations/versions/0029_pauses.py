"""Memberships can be paused, and their series are suspended meanwhile.

Revision ID: 0029
Revises: 0028
"""

from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE membership ADD COLUMN pauses_on DATE, ADD COLUMN resumes_on DATE,
    ADD CONSTRAINT ck_membership_pause CHECK (resumes_on IS NULL OR pauses_on < resumes_on);
ALTER TABLE series ADD COLUMN planned_until_on DATE;
"""


def upgrade() -> None:
    """Add the columns; no row is written anew."""
    op.execute(COLUMNS)
