"""How often units have rolled into a further period, and how often a pack was extended.

Revision ID: 0024
Revises: 0023
"""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE ledger_entry ADD COLUMN rolled INTEGER;
ALTER TABLE credit_lot ADD COLUMN extended INTEGER DEFAULT '0' NOT NULL;
GRANT UPDATE ON credit_lot TO fortnight_app;
"""


def upgrade() -> None:
    """Add the columns; one transaction."""
    op.execute(CHANGES)
