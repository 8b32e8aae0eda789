"""A session that is booked becomes a row, with the policy that it is booked under (D-41)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, text

from models.unit import Unit

INSERT = text("""
WITH known AS (
    SELECT id FROM resolved_policy WHERE organisation_id = :organisation AND digest = :digest
), added AS (
    INSERT INTO resolved_policy (organisation_id, policy_version_id, digest, document)
    SELECT :organisation, :policy_version, :digest, CAST(:document AS jsonb) WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (organisation_id, digest) DO NOTHING RETURNING id
)
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision)
SELECT :organisation, :coach, :member, :kind, :membership, resolved.id, 'SCHEDULED', :start, :end,
    :start, :now, :now, :now, :fee, :currency, :provisional, CAST(:decision AS jsonb)
FROM (SELECT id FROM known UNION ALL SELECT id FROM added) AS resolved
RETURNING id, resolved_policy_id
""")


def write_session(unit: Unit, values: Mapping[str, Any]) -> Row[Any]:
    """The session stands, as yet without what it takes and holds; returns its id and that of its resolved policy."""
    bound = {"organisation": unit.organisation_id, **values}
    written = unit.connection.execute(INSERT, bound).one_or_none()
    # Another first booking of the kind may have written the same resolved policy meanwhile; then it is seen now.
    return unit.connection.execute(INSERT, bound).one() if written is None else written
