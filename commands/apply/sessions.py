"""A session that is booked becomes a row, with the policy that it is booked under (D-41)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, TextClause, text

from models.unit import Unit

# The resolved policy, known or added; another first booking of the kind may be adding it at this moment, then there is none.
RESOLVED = """
WITH known AS (
    SELECT id FROM resolved_policy WHERE organisation_id = :organisation AND digest = :digest
), added AS (
    INSERT INTO resolved_policy (organisation_id, policy_version_id, digest, document)
    SELECT :organisation, :policy_version, :digest, CAST(:document AS jsonb) WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT (organisation_id, digest) DO NOTHING RETURNING id
), resolved AS (
    SELECT id FROM known UNION ALL SELECT id FROM added
)
"""
INSERT = text(f"""{RESOLVED}
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, provisional, decision)
SELECT :organisation, :coach, :member, :kind, :membership, resolved.id, 'SCHEDULED', :start, :end,
    :start, :now, :now, :now, :fee, :currency, :provisional, CAST(:decision AS jsonb)
FROM resolved
RETURNING id, resolved_policy_id
""")
# Its member, membership and credit are the old one's; its policy and fee are those in force now (D-41).
REPLACE = text(f"""{RESOLVED}
INSERT INTO session (organisation_id, coach_id, member_id, kind_id, membership_id, resolved_policy_id, status, starts_at, ends_at,
    first_starts_at, booked_at, changed_at, calendar_changed_at, fee_minor_units, fee_currency, decision, replaces_id)
SELECT organisation_id, coach_id, member_id, kind_id, membership_id, resolved.id, 'SCHEDULED', :start, :end, :start, :now, :now, :now,
    coalesce(CAST(:fee AS bigint), fee_minor_units), coalesce(CAST(:currency AS text), fee_currency), CAST(:decision AS jsonb), session.id
FROM session CROSS JOIN resolved
WHERE organisation_id = :organisation AND session.id = :session
RETURNING id, resolved_policy_id
""")


def write_session(unit: Unit, values: Mapping[str, Any]) -> Row[Any]:
    """The session stands, as yet without what it takes and holds; returns its id and that of its resolved policy."""
    return _written(unit, INSERT, values)


def write_replacement(unit: Unit, values: Mapping[str, Any]) -> Row[Any]:
    """The session that takes the place of `session` stands, as yet without what it takes and holds; returns as above."""
    return _written(unit, REPLACE, values)


def _written(unit: Unit, statement: TextClause, values: Mapping[str, Any]) -> Row[Any]:
    bound = {"organisation": unit.organisation_id, **values}
    written = unit.connection.execute(statement, bound).one_or_none()
    # The policy that another one added meanwhile is seen now.
    return unit.connection.execute(statement, bound).one() if written is None else written
