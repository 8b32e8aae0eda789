"""Plans, renewals and cancellations of memberships; what sponsors owe and read; payments towards what is owed.

Revision ID: 0007
Revises: 0006
"""
# ruff: noqa: E501  SQL as PostgreSQL prints it

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MEMBERSHIPS = """
ALTER TABLE membership
    ADD COLUMN tier TEXT,
    ADD COLUMN base_minor_units BIGINT,
    ADD COLUMN base_currency VARCHAR,
    ADD COLUMN first_paid_on DATE,
    ADD COLUMN paid_until DATE,
    ADD COLUMN cadence TEXT DEFAULT 'FORTNIGHTLY' NOT NULL,
    ADD COLUMN next_cadence TEXT,
    ADD COLUMN next_cadence_on DATE,
    ADD COLUMN cancelled_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN cancel_source VARCHAR,
    ADD COLUMN ends_on DATE,
    ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE,
    ADD COLUMN version INTEGER DEFAULT '1' NOT NULL,
    ADD CONSTRAINT ck_membership_plan CHECK ((tier IS NULL) = (base_minor_units IS NULL) AND (tier IS NULL) = (paid_until IS NULL)),
    ADD CONSTRAINT ck_membership_next_cadence CHECK ((next_cadence IS NULL) = (next_cadence_on IS NULL)),
    ADD CONSTRAINT ck_membership_base_minor_units CHECK (base_minor_units >= 0);
"""

SPONSORS = """
ALTER TABLE contract
    ADD COLUMN sponsor_id BIGINT,
    ADD COLUMN sponsor_approves BOOLEAN DEFAULT 'false' NOT NULL,
    ADD CONSTRAINT fk_contract_organisation_id_sponsor_id FOREIGN KEY(organisation_id, sponsor_id) REFERENCES person (organisation_id, id),
    ADD CONSTRAINT ck_contract_sponsor_approves CHECK (NOT sponsor_approves OR sponsor_id IS NOT NULL);
CREATE INDEX ix_contract_sponsor ON contract (organisation_id, sponsor_id);
ALTER TABLE money_entry
    ADD COLUMN contract_id BIGINT,
    ADD CONSTRAINT fk_money_entry_organisation_id_contract_id FOREIGN KEY(organisation_id, contract_id) REFERENCES contract (organisation_id, id);
CREATE INDEX ix_money_entry_contract ON money_entry (organisation_id, contract_id);
"""

PAYMENTS = """
ALTER TABLE payment
    ALTER COLUMN kind_id DROP NOT NULL,
    ALTER COLUMN lot_id DROP NOT NULL,
    ADD CONSTRAINT ck_payment_bought CHECK ((kind_id IS NULL) = (lot_id IS NULL));
CREATE INDEX ix_payment_member ON payment (organisation_id, member_id);
"""


def upgrade() -> None:
    """Add the columns; one transaction."""
    op.execute(MEMBERSHIPS)
    op.execute(SPONSORS)
    op.execute(PAYMENTS)
