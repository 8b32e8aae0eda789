"""Series as one recurring event in Google Calendar.

Revision ID: 0019
Revises: 0018
"""
# ruff: noqa: E501  SQL as PostgreSQL prints it

from alembic import op

from migrations.tenancy import tenancy

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = """
CREATE TABLE google_series (
    series_id BIGINT NOT NULL,
    person_id BIGINT NOT NULL,
    event_id VARCHAR NOT NULL,
    generation INTEGER NOT NULL,
    etag VARCHAR,
    deleted BOOLEAN NOT NULL,
    conference_url VARCHAR,
    conference_status VARCHAR,
    pushed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organisation_id BIGINT NOT NULL,
    CONSTRAINT pk_google_series PRIMARY KEY (organisation_id, series_id),
    CONSTRAINT fk_google_series_organisation_id_series_id FOREIGN KEY(organisation_id, series_id) REFERENCES series (organisation_id, id),
    CONSTRAINT fk_google_series_organisation_id_person_id FOREIGN KEY(organisation_id, person_id) REFERENCES person (organisation_id, id)
);
"""


def upgrade() -> None:
    """Add the table; one transaction."""
    op.execute(TABLES)
    op.execute(tenancy("google_series", rights="SELECT, INSERT, UPDATE"))
