"""revokeApiKey: a key opens nothing any more."""

from dataclasses import dataclass

from sqlalchemy import text

from commands.outcome import Outcome, Refused, refused
from commands.staff import Verb, Written, as_staff
from commands.transaction import Request
from models.unit import Database, Unit
from policy.terms import RefusalCode, Scope

REVOKE = text("""
WITH known AS (SELECT id, revoked_at FROM api_key WHERE organisation_id = :organisation AND id = :key FOR UPDATE), revoked AS (
    UPDATE api_key SET revoked_at = :now FROM known
    WHERE api_key.organisation_id = :organisation AND api_key.id = known.id AND known.revoked_at IS NULL RETURNING api_key.id
)
SELECT known.id, EXISTS (SELECT FROM revoked) AS done FROM known
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeApiKey:
    """Which key; what it did stays in the log under its name."""

    api_key_id: int


def revoke_api_key(database: Database, request: Request, command: RevokeApiKey) -> Outcome:
    """From now on nobody can act with the key; the object is the API key."""
    verb = Verb(name="API_KEY_REVOKED", scope=Scope.KEYS)
    return as_staff(database, request, command, verb, lambda unit: _write(unit, request, command))


def _write(unit: Unit, request: Request, command: RevokeApiKey) -> Written | Refused:
    values = {"organisation": unit.organisation_id, "key": command.api_key_id, "now": request.now}
    row = unit.connection.execute(REVOKE, values).one_or_none()
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    if not row.done:
        return refused(RefusalCode.WRONG_STATE, message="The key was revoked before.")
    return Written(object_id=row.id)
