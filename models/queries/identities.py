"""Whose request it is: the API key behind a digest, the person behind an OIDC identity."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from models.unit import Unit
from policy.terms import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyContext:
    """What the first statement of an API key's request answers; as `Context` does for a person."""

    now: datetime
    organisation_name: str
    organisation_zone: str
    is_sandbox: bool
    api_key_id: int
    api_key_name: str
    scopes: frozenset[Scope]
    something_is_due: bool


KEY = text("""
WITH clock AS (
    SELECT id, name, zone, is_sandbox, coalesce(clock_at, clock_timestamp()) AS now FROM organisation WHERE id = :organisation
)
SELECT clock.now, clock.name, clock.zone, clock.is_sandbox, key.id AS key_id, key.name AS key_name, key.scopes,
    EXISTS (SELECT FROM due_work WHERE organisation_id = :organisation AND done_at IS NULL AND set_aside_at IS NULL AND changes_state
        AND fires_at <= clock.now AND (fires_at < clock.now OR NOT strict)) AS due
FROM clock JOIN api_key AS key ON key.organisation_id = :organisation AND key.digest = :digest AND key.revoked_at IS NULL
""")

TOUCH = text("""
UPDATE api_key SET last_used_at = :now WHERE organisation_id = :organisation AND id = :key
AND (last_used_at IS NULL OR last_used_at < CAST(:now AS timestamptz) - interval '1 minute')
""")

BY_SUBJECT = text("""
SELECT person.id, person.deactivated_at FROM identity
JOIN person ON person.organisation_id = identity.organisation_id AND person.id = identity.person_id
WHERE identity.organisation_id = :organisation AND identity.issuer = :issuer AND identity.subject = :subject
""")

BY_EMAIL = text("""
SELECT id FROM person WHERE organisation_id = :organisation AND lower(email) = lower(:email) AND deactivated_at IS NULL
AND NOT EXISTS (SELECT FROM identity WHERE identity.organisation_id = person.organisation_id
    AND identity.person_id = person.id AND identity.issuer = :issuer)
""")


def load_key_context(unit: Unit, digest: str) -> KeyContext | None:
    """The context of the key with this digest, or None if there is none or it was revoked; one statement."""
    row = unit.connection.execute(KEY, {"organisation": unit.organisation_id, "digest": digest}).one_or_none()
    if row is None:
        return None
    return KeyContext(
        now=row.now.astimezone(UTC),
        organisation_name=row.name,
        organisation_zone=row.zone,
        is_sandbox=row.is_sandbox,
        api_key_id=row.key_id,
        api_key_name=row.key_name,
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        something_is_due=row.due,
    )


def touch_key(unit: Unit, api_key_id: int, *, now: datetime) -> None:
    """The key was used at `now`; said at most once a minute, so that reading stays reading."""
    unit.connection.execute(TOUCH, {"organisation": unit.organisation_id, "key": api_key_id, "now": now})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownSubject:
    """The person whom an issuer's subject stands for; `active` is False for somebody who was deactivated."""

    person_id: int
    active: bool


def person_of_subject(unit: Unit, *, issuer: str, subject: str) -> KnownSubject | None:
    """Who was linked to this subject of this issuer; None: nobody yet."""
    values = {"organisation": unit.organisation_id, "issuer": issuer, "subject": subject}
    row = unit.connection.execute(BY_SUBJECT, values).one_or_none()
    return None if row is None else KnownSubject(person_id=row.id, active=row.deactivated_at is None)


def person_of_address(unit: Unit, *, issuer: str, email: str) -> int | None:
    """The active person with this address whom the issuer does not know under another subject."""
    values = {"organisation": unit.organisation_id, "issuer": issuer, "email": email}
    return unit.connection.execute(BY_EMAIL, values).scalar_one_or_none()
