"""What is due, for whom, and in which order (MODEL 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from models.unit import Unit
from policy.terms import WorkKind

DUE = """done_at IS NULL AND set_aside_at IS NULL AND changes_state
    AND fires_at <= :now AND (fires_at < :now OR NOT strict)"""
ORDER = "ORDER BY fires_at, strict, rank, object_id, id"
FIRST_OF_LANE = """(work.lane IS NULL OR NOT EXISTS (
        SELECT FROM due_work AS earlier WHERE earlier.organisation_id = work.organisation_id AND earlier.lane = work.lane
        AND earlier.id < work.id AND earlier.done_at IS NULL AND earlier.set_aside_at IS NULL))"""
"""Of a row called `work`: nothing of its lane stands before it, also if that has been put off to a later instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A due timer that changes state: fired as of `effective_at`, whenever that is noticed."""

    id: int
    kind: WorkKind
    persons: frozenset[int]
    object_id: int
    effective_at: datetime
    cause_key: str


def anything_due(unit: Unit, persons: frozenset[int], *, now: datetime) -> bool:
    """Whether a timer that changes the state of one of these persons is due and has not been fired."""
    statement = text(
        f"SELECT EXISTS (SELECT FROM due_work WHERE organisation_id = :organisation AND {DUE} AND persons && CAST(:persons AS bigint[]))"
    )
    return bool(unit.connection.execute(statement, _values(unit, persons, now)).scalar_one())


def first_due(unit: Unit, persons: frozenset[int] | None, *, now: datetime) -> Timer | None:
    """The timer of these persons (None: of the whole organisation) that has to be fired before every other of theirs."""
    concerned = "" if persons is None else "AND persons && CAST(:persons AS bigint[])"
    statement = text(
        f"SELECT id, kind, persons, object_id, effective_at, cause_key FROM due_work "
        f"WHERE organisation_id = :organisation AND {DUE} {concerned} {ORDER} LIMIT 1"
    )
    row = unit.connection.execute(statement, _values(unit, persons or frozenset(), now)).one_or_none()
    if row is None:
        return None
    return Timer(
        id=row.id,
        kind=WorkKind(row.kind),
        persons=frozenset(row.persons),
        object_id=row.object_id,
        effective_at=row.effective_at.astimezone(UTC),
        cause_key=row.cause_key,
    )


def next_instant(unit: Unit, *, until: datetime) -> datetime | None:
    """The earliest instant up to `until` at which something of the organisation fires; strict work fires just after its own.

    Work that waits for its lane is not meant: it fires as soon as what stands before it is done.
    """
    statement = text(f"""
        SELECT min(CASE WHEN strict THEN fires_at + interval '1 microsecond' ELSE fires_at END) FROM due_work AS work
        WHERE organisation_id = :organisation AND done_at IS NULL AND set_aside_at IS NULL
        AND fires_at <= :until AND (fires_at < :until OR NOT strict) AND {FIRST_OF_LANE}
    """)
    found = unit.connection.execute(statement, {"organisation": unit.organisation_id, "until": until}).scalar_one()
    return None if found is None else found.astimezone(UTC)


def finish(unit: Unit, work_id: int, *, now: datetime) -> None:
    """The work is done and never fires again."""
    unit.connection.execute(
        text(
            "UPDATE due_work SET done_at = :now, lease_until = NULL, lease_by = NULL "
            "WHERE organisation_id = :organisation AND id = :id"
        ),
        {"organisation": unit.organisation_id, "id": work_id, "now": now},
    )


CONCERN = """
UPDATE due_work SET persons = ARRAY(SELECT DISTINCT person FROM unnest(persons || CAST(:persons AS bigint[])) AS person ORDER BY person)
WHERE organisation_id = :organisation AND done_at IS NULL AND NOT persons @> CAST(:persons AS bigint[])
"""


def concern(unit: Unit, work_id: int, persons: frozenset[int]) -> None:
    """The work concerns these people too."""
    values = {"organisation": unit.organisation_id, "persons": sorted(persons), "id": work_id}
    unit.connection.execute(text(CONCERN + "AND id = :id"), values)


def concern_all(unit: Unit, kinds: Sequence[WorkKind], object_id: int, person: int) -> None:
    """All work of these kinds about one object concerns this person too."""
    values = {"organisation": unit.organisation_id, "persons": [person], "kinds": list(kinds), "object": object_id}
    unit.connection.execute(text(CONCERN + "AND object_id = :object AND kind = ANY(CAST(:kinds AS text[]))"), values)


def _values(unit: Unit, persons: frozenset[int], now: datetime) -> dict[str, object]:
    return {"organisation": unit.organisation_id, "persons": sorted(persons), "now": now}
