"""What was read is one of a known kind of words, stored as such kinds are.

Revision ID: 0027
Revises: 0026
"""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the type; no row is written anew."""
    op.execute("ALTER TABLE content_reading ALTER COLUMN what TYPE TEXT")
