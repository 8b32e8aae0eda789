"""The terms of an organisation.

Revision ID: 0026
Revises: 0025
"""

from alembic import op

from migrations.tenancy import tenancy

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE term (
    starts_on DATE NOT NULL,
    name VARCHAR NOT NULL,
    organisation_id BIGINT NOT NULL,
    CONSTRAINT pk_term PRIMARY KEY (organisation_id, starts_on),
    CONSTRAINT fk_term_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
"""


def upgrade() -> None:
    """Add the table; one transaction."""
    op.execute(TABLES)
    op.execute(tenancy("term", rights="SELECT, INSERT, DELETE"))
