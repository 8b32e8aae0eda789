"""What is due, for whom, and in which order (MODEL 8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

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


CONCERNED = "persons && CAST(:persons AS bigint[])"
_LEFT = f"FROM due_work WHERE organisation_id = :organisation AND {DUE}"
_TIMERS = f"SELECT id, kind, persons, object_id, effective_at, cause_key {_LEFT}"

ANYTHING_DUE = text(f"SELECT EXISTS (SELECT {_LEFT} AND {CONCERNED})")
WHO_WAITS = text(f"SELECT DISTINCT unnest(persons) {_LEFT} AND {CONCERNED}")
FIRST = text(f"{_TIMERS} {ORDER} LIMIT :most")
FIRST_OF = text(f"{_TIMERS} AND {CONCERNED} {ORDER} LIMIT 1")
# Nothing that fires after the last of them can stand before one of them.
UP_TO = text(f"""
SELECT id, persons {_LEFT} AND {CONCERNED}
AND fires_at <= (SELECT max(fires_at) FROM due_work WHERE organisation_id = :organisation AND id = ANY(CAST(:works AS bigint[])))
{ORDER}
""")


def anything_due(unit: Unit, persons: frozenset[int], *, now: datetime) -> bool:
    """Whether a timer that changes the state of one of these persons is due and has not been fired."""
    return bool(unit.connection.execute(ANYTHING_DUE, _values(unit, persons, now)).scalar_one())


def who_waits(unit: Unit, persons: frozenset[int], *, now: datetime) -> frozenset[int]:
    """Those of these persons for whom a timer is due and has not been fired, and who else is concerned by it."""
    return frozenset(unit.connection.execute(WHO_WAITS, _values(unit, persons, now)).scalars())


def first_due(unit: Unit, persons: frozenset[int], *, now: datetime) -> Timer | None:
    """The timer of these persons that has to be fired before every other of theirs."""
    row = unit.connection.execute(FIRST_OF, _values(unit, persons, now)).one_or_none()
    return None if row is None else _timer(row)


def due_timers(unit: Unit, *, now: datetime, most: int) -> list[Timer]:
    """The first of the timers of the whole organisation that are due, in their order."""
    values = {"organisation": unit.organisation_id, "now": now, "most": most}
    return [_timer(row) for row in unit.connection.execute(FIRST, values)]


def unhindered(unit: Unit, timers: Sequence[Timer], *, now: datetime) -> list[Timer]:
    """Those of these timers that nothing due before them shares a person with, each other included; in due order."""
    persons = frozenset[int]().union(*(timer.persons for timer in timers))
    values = {**_values(unit, persons, now), "works": [timer.id for timer in timers]}
    wanted, concerned, found = {timer.id: timer for timer in timers}, set[int](), list[Timer]()
    for row in unit.connection.execute(UP_TO, values):
        timer = wanted.get(row.id)
        if timer is not None and timer.persons == frozenset(row.persons) and concerned.isdisjoint(row.persons):
            found.append(timer)
        concerned.update(row.persons)
    return found


def _timer(row: Row[Any]) -> Timer:
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


FINISH = text("""
UPDATE due_work SET done_at = :now, lease_until = NULL, lease_by = NULL
WHERE organisation_id = :organisation AND id = ANY(CAST(:works AS bigint[]))
""")


def finish(unit: Unit, works: Sequence[int], *, now: datetime) -> None:
    """These works are done and never fire again; one statement."""
    unit.connection.execute(FINISH, {"organisation": unit.organisation_id, "works": list(works), "now": now})


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
