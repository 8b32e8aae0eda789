"""Whose turn it is: due work of all organisations, leased one batch at a time (ARCHITECTURE, decision 5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from models.queries.due_work import FIRST_OF_LANE
from models.unit import Database, Unit
from policy.terms import WorkKind

LEASE = timedelta(minutes=2)

CLAIM = text(f"""
WITH turn AS (
    SELECT work.organisation_id, work.id, coalesce(organisation.clock_at, clock_timestamp()) AS now
    FROM due_work AS work JOIN organisation ON organisation.id = work.organisation_id
    WHERE work.done_at IS NULL AND work.set_aside_at IS NULL
    AND (work.lease_until IS NULL OR work.lease_until < clock_timestamp())
    AND (CAST(:organisation AS bigint) IS NULL OR work.organisation_id = :organisation)
    AND work.fires_at <= coalesce(organisation.clock_at, clock_timestamp())
    AND (NOT work.strict OR work.fires_at < coalesce(organisation.clock_at, clock_timestamp()))
    AND {FIRST_OF_LANE}
    ORDER BY work.fires_at, work.strict, work.rank, work.object_id, work.id
    LIMIT :batch
    FOR UPDATE OF work SKIP LOCKED
)
UPDATE due_work AS work SET lease_until = clock_timestamp() + :lease, attempts = attempts + 1
FROM turn WHERE work.organisation_id = turn.organisation_id AND work.id = turn.id
RETURNING work.organisation_id, work.id, work.kind, work.object_id, work.persons, work.fires_at, work.effective_at,
    work.attempts, turn.now
""")

WAKE_CHANNEL = "fortnight_due_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Work that is ours until the lease ends; `now` is the instant at which its organisation stands.

    `fires_at` is put off by every failed attempt; `effective_at` stays the instant at which the work first was due.
    """

    organisation_id: int
    id: int
    kind: WorkKind
    object_id: int
    persons: frozenset[int]
    fires_at: datetime
    effective_at: datetime
    attempts: int
    now: datetime


def claim(database: Database, *, batch: int, organisation_id: int | None = None) -> list[Claim]:
    """Up to `batch` due works in due order, leased to the caller; those of one lane never overtake each other."""
    with database.across_organisations() as connection:
        values = {"organisation": organisation_id, "batch": batch, "lease": LEASE}
        rows = connection.execute(CLAIM, values).all()
    found = [
        Claim(
            organisation_id=row.organisation_id,
            id=row.id,
            kind=WorkKind(row.kind),
            object_id=row.object_id,
            persons=frozenset(row.persons),
            fires_at=row.fires_at.astimezone(UTC),
            effective_at=row.effective_at.astimezone(UTC),
            attempts=row.attempts,
            now=row.now.astimezone(UTC),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.fires_at, one.id))


def give_back(database: Database, claims: Sequence[Claim]) -> None:
    """These works are free again at once, as if they had not been claimed: for a worker that is told to stop."""
    for one in claims:
        with database.unit(one.organisation_id) as unit:
            _update(unit, one, "lease_until = NULL, attempts = attempts - 1")


def complete(unit: Unit, one: Claim) -> None:
    """The work is done."""
    _update(unit, one, "done_at = :now, lease_until = NULL, last_error = NULL")


def retry(unit: Unit, one: Claim, *, after: timedelta, error: str) -> None:
    """The work is tried again `after` this, in its organisation's time; `error` is a short code without personal data."""
    _update(unit, one, "fires_at = :now + :after, lease_until = NULL, last_error = :error", after=after, error=error)


def set_aside(unit: Unit, one: Claim, *, error: str) -> None:
    """The work is not tried again until somebody asks for it; it stays visible with its error."""
    _update(unit, one, "set_aside_at = :now, lease_until = NULL, last_error = :error", error=error)


def _update(unit: Unit, one: Claim, change: str, **values: object) -> None:
    statement = text(f"UPDATE due_work SET {change} WHERE organisation_id = :organisation AND id = :id")
    bound = {"organisation": one.organisation_id, "id": one.id, "now": one.now, **values}
    wanted = {name: value for name, value in bound.items() if f":{name}" in statement.text}
    unit.connection.execute(statement, wanted)
