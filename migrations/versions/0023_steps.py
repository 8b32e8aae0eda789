"""Every step of a tally: what waits for a payment or the team, what staff lift, what a tally charges.

Revision ID: 0023
Revises: 0022
"""
# ruff: noqa: E501  SQL as PostgreSQL prints it

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

CHANGES = """
ALTER TABLE sanction ALTER COLUMN ends_at DROP NOT NULL;
ALTER TABLE sanction ADD COLUMN step INTEGER DEFAULT '0' NOT NULL;
ALTER TABLE sanction ADD COLUMN lasts TEXT;
ALTER TABLE sanction ADD COLUMN entry_id BIGINT;
ALTER TABLE sanction ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE sanction ADD COLUMN lifted_by_id BIGINT;
ALTER TABLE sanction ADD COLUMN note VARCHAR;
ALTER TABLE sanction ADD CONSTRAINT fk_sanction_organisation_id_lifted_by_id FOREIGN KEY(organisation_id, lifted_by_id) REFERENCES person (organisation_id, id);
ALTER TABLE sanction ADD CONSTRAINT fk_sanction_organisation_id_entry_id FOREIGN KEY(organisation_id, entry_id) REFERENCES money_entry (organisation_id, id);
DROP INDEX uq_sanction_session;
CREATE UNIQUE INDEX uq_sanction_session ON sanction (organisation_id, session_id, tally, step, kind) WHERE lifted_at IS NULL;
ALTER TABLE money_entry ADD COLUMN tally VARCHAR;
"""


def upgrade() -> None:
    """Add columns and widen what is unique; one transaction."""
    op.execute(CHANGES)
