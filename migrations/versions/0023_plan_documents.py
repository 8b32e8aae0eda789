"""A plan may state values of its own, between the contract and the policy.

Revision ID: 0023
Revises: 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; one transaction."""
    op.execute("ALTER TABLE membership ADD COLUMN plan_document VARCHAR")
