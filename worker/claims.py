"""Whose turn it is: due work of all organisations, leased one batch at a time (ARCHITECTURE, decision 5)."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, text

from commands.apply.work import Rank
from models.queries.due_work import FIRST_OF_LANE, Timer
from models.unit import Database, Unit
from policy.terms import WorkKind
from telemetry import figures

LEASE = timedelta(minutes=2)
RENEW_AFTER_SECONDS = 30.0
"""A claim that has waited so long for its turn is leased anew first: what is left of a lease must outlast one delivery."""


class Part(StrEnum):
    """Work is done in three parts side by side, so that a mail server or a Google that hangs holds up nothing else."""

    INSIDE = "INSIDE"
    MAILS = "MAILS"
    CALENDARS = "CALENDARS"


_TURNS: Mapping[Part | None, tuple[str, ...]] = {
    # Deadlines first, in due order, and then what only tells somebody: whoever is told sees what they led to.
    Part.INSIDE: ("work.changes_state", f"NOT work.changes_state AND work.rank < {int(Rank.OUTBOUND)}"),
    Part.MAILS: (f"work.rank >= {int(Rank.OUTBOUND)} AND work.kind = 'MAIL'",),
    Part.CALENDARS: (f"work.rank >= {int(Rank.OUTBOUND)} AND work.kind <> 'MAIL'",),
    None: ("true",),
}
"""What each part claims; where it is more than one condition, the next one when nothing of those before is due."""
ORDER = "ORDER BY work.fires_at, work.strict, work.rank, work.object_id, work.id"
FREE = """work.done_at IS NULL AND work.set_aside_at IS NULL
    AND (work.lease_until IS NULL OR work.lease_until < clock_timestamp())"""
AHEAD = 4
"""Among how many batches a worker looks for its own: so many can claim at one instant without one of them finding nothing."""

# Organisation by organisation, because each has a clock of its own: its first works are found in the index of the part,
# however many are due later or belong to another part. What is claimed is looked at again under its lock.
_CLAIM = """
WITH clock AS MATERIALIZED (
    SELECT id, coalesce(clock_at, clock_timestamp()) AS now FROM organisation
    WHERE CAST(:organisation AS bigint) IS NULL OR id = :organisation
), turn AS (
    SELECT work.organisation_id, work.id, clock.now
    FROM clock CROSS JOIN LATERAL (
        SELECT work.id FROM due_work AS work
        WHERE work.organisation_id = clock.id AND {free}
        AND work.fires_at <= clock.now AND (NOT work.strict OR work.fires_at < clock.now)
        AND {part} AND {first_of_lane}
        {order} LIMIT :ahead
    ) AS first JOIN due_work AS work ON work.organisation_id = clock.id AND work.id = first.id
    WHERE {free}
    {order} LIMIT :batch
    FOR UPDATE OF work SKIP LOCKED
)
UPDATE due_work AS work SET lease_until = clock_timestamp() + :lease, lease_by = :worker, attempts = attempts + 1
FROM turn WHERE work.organisation_id = turn.organisation_id AND work.id = turn.id
RETURNING work.organisation_id, work.id, work.kind, work.cause_key, work.object_id, work.persons, work.fires_at,
    work.effective_at, work.strict, work.rank, work.attempts, work.request_id, work.trace_parent, turn.now
"""
CLAIMS = {
    part: tuple(text(_CLAIM.format(part=those, free=FREE, order=ORDER, first_of_lane=FIRST_OF_LANE)) for those in turns)
    for part, turns in _TURNS.items()
}

HELD = """organisation_id = :organisation AND id = :id AND attempts = :attempts AND lease_by IS NOT DISTINCT FROM :worker
    AND lease_until IS NOT NULL AND done_at IS NULL AND set_aside_at IS NULL"""
"""Of a row: it is still held by the claim that was made of it, and nobody has claimed it since."""

COMPLETE = text("""
UPDATE due_work SET done_at = :now, lease_until = NULL, lease_by = NULL, last_error = NULL
FROM unnest(CAST(:works AS bigint[]), CAST(:attempts AS int[])) AS held (id, attempts)
WHERE due_work.organisation_id = :organisation AND due_work.id = held.id AND due_work.attempts = held.attempts
    AND due_work.lease_by IS NOT DISTINCT FROM CAST(:worker AS int) AND due_work.lease_until IS NOT NULL
    AND due_work.done_at IS NULL AND due_work.set_aside_at IS NULL
RETURNING due_work.id
""")

WAKE_CHANNEL = "fortnight_due_work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Work that is ours until the lease ends; `now` is the instant at which its organisation stands.

    `fires_at` is put off by every failed attempt; `effective_at` stays the instant at which the work first was due.
    `worker`: the number of the worker that holds it; None: it is held for as long as the lease lasts.
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
    cause_key: str = ""
    strict: bool = False
    rank: int = 0
    worker: int | None = None
    request_id: str | None = None
    trace_parent: str | None = None
    claimed: float = field(default_factory=time.monotonic, compare=False)

    @property
    def fired_after(self) -> datetime:
        """The instant at which it is due at last: strict work is due just after its own."""
        return self.fires_at + timedelta(microseconds=1) if self.strict else self.fires_at

    @property
    def timer(self) -> Timer:
        """The same as what settling fires."""
        return Timer(
            id=self.id,
            kind=self.kind,
            persons=self.persons,
            object_id=self.object_id,
            effective_at=self.effective_at,
            cause_key=self.cause_key,
        )


def claim(
    database: Database,
    *,
    batch: int,
    organisation_id: int | None = None,
    part: Part | None = None,
    worker: int | None = None,
) -> list[Claim]:
    """Up to `batch` due works in due order, leased to the caller; those of one lane never overtake each other."""
    with database.across_organisations() as connection:
        values = {
            "organisation": organisation_id,
            "batch": batch,
            "ahead": batch * AHEAD,
            "lease": LEASE,
            "worker": worker,
        }
        rows = next((rows for one in CLAIMS[part] if (rows := connection.execute(one, values).all())), [])
    for row in rows:
        figures.claimed(row.kind)
    rows = sorted(rows, key=lambda row: (row.fires_at, row.strict, row.rank, row.object_id, row.id))
    return [_claim(row, worker) for row in rows]


def _claim(row: Row[Any], worker: int | None) -> Claim:
    return Claim(
        organisation_id=row.organisation_id,
        id=row.id,
        kind=WorkKind(row.kind),
        cause_key=row.cause_key,
        object_id=row.object_id,
        persons=frozenset(row.persons),
        fires_at=row.fires_at.astimezone(UTC),
        effective_at=row.effective_at.astimezone(UTC),
        strict=row.strict,
        rank=row.rank,
        attempts=row.attempts,
        now=row.now.astimezone(UTC),
        worker=worker,
        request_id=row.request_id,
        trace_parent=row.trace_parent,
    )


def is_fresh(one: Claim) -> bool:
    """Whether the lease is long enough for one delivery more without another look."""
    return time.monotonic() - one.claimed < RENEW_AFTER_SECONDS


def still_ours(database: Database, one: Claim) -> bool:
    """Whether the lease holds for one delivery more; one that has become short is renewed, unless somebody has the work by now."""
    if is_fresh(one):
        return True
    with database.unit(one.organisation_id) as unit:
        return _update(unit, one, "lease_until = clock_timestamp() + :lease", lease=LEASE)


def give_back(database: Database, claims: Sequence[Claim]) -> None:
    """These works are free again at once, as if they had not been claimed: for a worker that is told to stop."""
    for one in claims:
        with database.unit(one.organisation_id) as unit:
            _update(unit, one, "lease_until = NULL, lease_by = NULL, attempts = attempts - 1")


def complete(unit: Unit, claims: Sequence[Claim]) -> int:
    """These works, claimed at one instant, are done; returns how many. One statement.

    A claim that was no longer ours is left alone: whoever has the work now says what became of it.
    """
    if not claims:
        return 0
    first = claims[0]
    values = {
        "organisation": first.organisation_id,
        "works": [one.id for one in claims],
        "attempts": [one.attempts for one in claims],
        "worker": first.worker,
        "now": first.now,
    }
    return len(unit.connection.execute(COMPLETE, values).all())


def retry(unit: Unit, one: Claim, *, after: timedelta, error: str) -> bool:
    """The work is tried again `after` this, in its organisation's time; `error` is a short code without personal data."""
    change = "fires_at = :now + :after, lease_until = NULL, lease_by = NULL, last_error = :error"
    return _update(unit, one, change, after=after, error=error)


def set_aside(unit: Unit, one: Claim, *, error: str) -> bool:
    """The work is not tried again until somebody asks for it; it stays visible with its error."""
    change = "set_aside_at = :now, lease_until = NULL, lease_by = NULL, last_error = :error"
    return _update(unit, one, change, error=error)


def _update(unit: Unit, one: Claim, change: str, **values: object) -> bool:
    statement = text(f"UPDATE due_work SET {change} WHERE {HELD} RETURNING id")
    held = {"organisation": one.organisation_id, "id": one.id, "attempts": one.attempts, "worker": one.worker}
    bound = {**held, "now": one.now, **values}
    wanted = {name: value for name, value in bound.items() if f":{name}" in statement.text}
    return unit.connection.execute(statement, wanted).one_or_none() is not None
