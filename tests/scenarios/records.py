"""Everything that a database holds of one organisation, before and after: "nothing else changed" is a comparison."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, text

Row = dict[str, Any]
Key = tuple[Any, ...]
TABLES = text(
    "SELECT table_name FROM information_schema.columns WHERE column_name = 'organisation_id' AND table_schema = 'public' "
    "AND table_name NOT IN ('google_reading', 'google_busy', 'rate_window')"
)
"""What Google said last is no record of ours: it is read anew whenever somebody takes a time; how much a caller has asked is none either."""


@dataclass(frozen=True, slots=True)
class Records:
    """All rows of an organisation by table, read by plain SQL as the owner of the tables."""

    tables: Mapping[str, tuple[Row, ...]]

    def of(self, table: str) -> tuple[Row, ...]:
        return self.tables.get(table, ())

    def one(self, table: str, **columns: Any) -> Row:
        """The one row with these values."""
        found = [row for row in self.of(table) if all(row[name] == value for name, value in columns.items())]
        assert len(found) == 1, f"{len(found)} rows of {table} with {columns}"
        return found[0]


def read_records(owner: Engine, organisation_id: int) -> Records:
    """The organisation's rows at this moment, in one statement and so in one snapshot."""
    found: dict[str, list[Row]] = {}
    with owner.connect() as connection:
        names = sorted({*connection.execute(TABLES).scalars()})
        found |= {name: [] for name in [*names, "organisation"]}
        rows = connection.execute(
            text(" UNION ALL ".join([OWN, *map(_rows_of, names)])), {"organisation": organisation_id}
        )
        for table, row in rows:
            found[table].append(row)
    return Records({table: tuple(sorted(rows, key=repr)) for table, rows in found.items()})


OWN = "SELECT 'organisation', to_jsonb(o) - 'clock_at' FROM organisation AS o WHERE id = :organisation"


def _rows_of(table: str) -> str:
    return f"SELECT '{table}', to_jsonb(row) FROM \"{table}\" AS row WHERE organisation_id = :organisation"


@dataclass(frozen=True, slots=True)
class Difference:
    """What one step added, took away and changed, by table."""

    before: Records
    after: Records

    def added(self, table: str) -> list[Row]:
        """Rows that are new, in the order of their ids."""
        known = {_key(row) for row in self.before.of(table)}
        return sorted((row for row in self.after.of(table) if _key(row) not in known), key=_key)

    def removed(self, table: str) -> list[Row]:
        """Rows that are gone."""
        left = {_key(row) for row in self.after.of(table)}
        return [row for row in self.before.of(table) if _key(row) not in left]

    def changed(self, table: str) -> dict[Key, dict[str, tuple[Any, Any]]]:
        """For each row that stayed but is different: its columns with the values before and after."""
        before = {_key(row): row for row in self.before.of(table)}
        found: dict[Key, dict[str, tuple[Any, Any]]] = {}
        for row in self.after.of(table):
            old = before.get(_key(row))
            if old is not None and old != row:
                found[_key(row)] = {name: (old[name], value) for name, value in row.items() if old[name] != value}
        return found

    @property
    def touched(self) -> set[str]:
        """The tables in which anything is different."""
        names = set(self.before.tables) | set(self.after.tables)
        return {name for name in names if self.before.of(name) != self.after.of(name)}


def _key(row: Row) -> Key:
    if "id" in row:
        return (row["id"],)
    names = ("person_id", "session_id", "number", "role", "kind_id", "coach_id", "actor_key", "key", "proposal_id")
    return tuple(str(row[name]) for name in names if name in row)
