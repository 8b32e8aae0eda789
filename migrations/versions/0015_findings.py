"""What is odd in a policy and was acknowledged with its publication.

Revision ID: 0015
Revises: 0014
"""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; versions that were published before have acknowledged nothing that is on record. One transaction."""
    op.execute("ALTER TABLE policy_version ADD COLUMN findings JSONB DEFAULT '[]' NOT NULL")
