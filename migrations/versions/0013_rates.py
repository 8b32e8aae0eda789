"""How much each caller has asked for in the present minute.

Revision ID: 0013
Revises: 0012
"""

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

RATES = """
CREATE UNLOGGED TABLE rate_window (
    organisation_id BIGINT NOT NULL,
    actor_key VARCHAR NOT NULL,
    started_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used INTEGER NOT NULL,
    granted INTEGER NOT NULL,
    CONSTRAINT pk_rate_window PRIMARY KEY (organisation_id, actor_key),
    CONSTRAINT fk_rate_window_organisation_id FOREIGN KEY(organisation_id) REFERENCES organisation (id)
);
ALTER TABLE rate_window ENABLE ROW LEVEL SECURITY;
ALTER TABLE rate_window FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON rate_window TO fortnight_app
    USING (organisation_id = nullif(current_setting('fortnight.organisation', true), '')::bigint);
GRANT SELECT, INSERT, UPDATE ON rate_window TO fortnight_app;
"""


def upgrade() -> None:
    """Add the table."""
    op.execute(RATES)
