"""Due work knows which worker holds it, and which request caused it.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = """
ALTER TABLE due_work ADD COLUMN lease_by INTEGER;
ALTER TABLE due_work ADD COLUMN request_id VARCHAR;
ALTER TABLE due_work ALTER COLUMN request_id SET DEFAULT nullif(current_setting('fortnight.request', true), '');
GRANT UPDATE (lease_by) ON due_work TO fortnight_worker;
"""


def upgrade() -> None:
    """Add the columns; the table is not written anew."""
    op.execute(COLUMNS)
