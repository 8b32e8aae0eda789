"""Every change names the version of the policy that held for it, also where no session's policy was asked (Inv. 9).

Revision ID: 0016
Revises: 0015
"""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

COLUMN = """
ALTER TABLE event ADD COLUMN policy_version_id BIGINT;
ALTER TABLE event ADD CONSTRAINT fk_event_organisation_id_policy_version_id
    FOREIGN KEY(organisation_id, policy_version_id) REFERENCES policy_version (organisation_id, id);
"""

# A deadline comes before the commands of its instant, so what was published then was not in force for it yet (MODEL 8).
KNOWN = """
UPDATE event SET policy_version_id = coalesce(
    (SELECT resolved.policy_version_id FROM resolved_policy AS resolved
        WHERE resolved.organisation_id = event.organisation_id AND resolved.id = event.resolved_policy_id),
    (SELECT version.id FROM policy_version AS version WHERE version.organisation_id = event.organisation_id
        AND (version.published_at < event.effective_at
            OR (version.published_at = event.effective_at AND event.actor_kind <> 'SYSTEM'))
        ORDER BY version.number DESC LIMIT 1))
"""


def upgrade() -> None:
    """Add the column, and say for what has happened which version held for it. One transaction; every event is written once."""
    op.execute(COLUMN)
    # The owner of the tables is held to row-level security too, but a migration speaks for every organisation.
    op.execute("ALTER TABLE event NO FORCE ROW LEVEL SECURITY; ALTER TABLE policy_version NO FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE resolved_policy NO FORCE ROW LEVEL SECURITY")
    op.execute(KNOWN)
    op.execute("ALTER TABLE event FORCE ROW LEVEL SECURITY; ALTER TABLE policy_version FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE resolved_policy FORCE ROW LEVEL SECURITY")
