"""A plan may state values of its own, between the contract and the policy.

Revision ID: 0025
Revises: 0024
"""

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; one transaction."""
    op.execute("ALTER TABLE membership ADD COLUMN plan_document VARCHAR")
