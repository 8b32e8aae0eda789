"""A time of an invite says from when on nobody can take it any more, and so is held for nobody.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the times of invites that were sent before are held until the invite ends."""
    op.execute("ALTER TABLE proposal_slot ADD COLUMN lapses_at TIMESTAMP WITH TIME ZONE")
