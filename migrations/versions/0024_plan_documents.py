"""A plan may state values of its own, between the contract and the policy.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; one transaction."""
    op.execute("ALTER TABLE membership ADD COLUMN plan_document VARCHAR")
