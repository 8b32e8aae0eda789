"""Invites: proposals of a session that there is not yet, with the times that they offer.

Revision ID: 0011
Revises: 0010
"""
# ruff: noqa: E501  SQL as PostgreSQL prints it

from alembic import op

from migrations.tenancy import tenancy

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PROPOSALS = """
ALTER TABLE proposal
    ALTER COLUMN session_id DROP NOT NULL,
    ALTER COLUMN action DROP NOT NULL,
    ADD COLUMN kind_id BIGINT,
    ADD COLUMN uid VARCHAR DEFAULT gen_random_uuid() || '@fortnight' NOT NULL,
    ADD CONSTRAINT fk_proposal_organisation_id_kind_id FOREIGN KEY(organisation_id, kind_id) REFERENCES session_kind (organisation_id, id),
    ADD CONSTRAINT ck_proposal_about CHECK (session_id IS NOT NULL OR kind_id IS NOT NULL);
CREATE TABLE proposal_slot (
    proposal_id BIGINT NOT NULL,
    number INTEGER NOT NULL,
    starts_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
    is_range BOOLEAN NOT NULL,
    organisation_id BIGINT NOT NULL,
    CONSTRAINT pk_proposal_slot PRIMARY KEY (organisation_id, proposal_id, number),
    CONSTRAINT fk_proposal_slot_organisation_id_proposal_id FOREIGN KEY(organisation_id, proposal_id) REFERENCES proposal (organisation_id, id),
    CONSTRAINT ck_proposal_slot_order CHECK (starts_at < ends_at)
);
"""

HOLDS = """
ALTER TABLE google_hold
    ADD COLUMN slot INTEGER DEFAULT 0 NOT NULL,
    DROP CONSTRAINT pk_google_hold,
    ADD CONSTRAINT pk_google_hold PRIMARY KEY (organisation_id, proposal_id, slot);
ALTER TABLE google_hold ALTER COLUMN slot DROP DEFAULT;
"""

MESSAGES = """
ALTER TABLE notification
    ADD COLUMN proposal_id BIGINT,
    ADD CONSTRAINT fk_notification_organisation_id_proposal_id FOREIGN KEY(organisation_id, proposal_id) REFERENCES proposal (organisation_id, id);
"""


def upgrade() -> None:
    """Add the table and columns; one transaction."""
    op.execute(PROPOSALS)
    op.execute(HOLDS)
    op.execute(MESSAGES)
    op.execute(tenancy("proposal_slot", rights="SELECT, INSERT"))
