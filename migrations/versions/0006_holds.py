"""Holds of proposed times in coaches' Google Calendars.

Revision ID: 0006
Revises: 0005
"""
# ruff: noqa: E501  SQL as PostgreSQL prints it

from alembic import op

from migrations.tenancy import tenancy

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE google_hold (
    proposal_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    event_id VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    etag VARCHAR,
    deleted BOOLEAN NOT NULL,
    pushed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organisation_id BIGINT NOT NULL,
    CONSTRAINT pk_google_hold PRIMARY KEY (organisation_id, proposal_id),
    CONSTRAINT fk_google_hold_organisation_id_proposal_id FOREIGN KEY(organisation_id, proposal_id) REFERENCES proposal (organisation_id, id),
    CONSTRAINT fk_google_hold_organisation_id_person_id FOREIGN KEY(organisation_id, person_id) REFERENCES person (organisation_id, id)
);
"""


def upgrade() -> None:
    """Add the table; one transaction."""
    op.execute(TABLES)
    op.execute(tenancy("google_hold", rights="SELECT, INSERT, UPDATE"))
