"""What a table may show after a step: these new rows, these changed ones, these gone; anything else is a failure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.scenarios.records import Difference, Key, Row

Columns = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """`added`: each new row, by the columns that matter. `changed`: each changed row by its key, with exactly the columns
    that are different and their values afterwards. `removed`: each row that is gone, by columns.

    A value may be plain, an instant in any notation, or a function of the found value that answers whether it is right.
    """

    added: Sequence[Columns] = ()
    changed: Mapping[Key, Columns] = field(default_factory=dict[Key, Columns])
    removed: Sequence[Columns] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def __add__(self, other: "Expected") -> "Expected":
        return Expected(
            added=[*self.added, *other.added],
            changed={**self.changed, **other.changed},
            removed=[*self.removed, *other.removed],
        )


Tables = Mapping[str, Expected]


def together(*parts: Tables) -> dict[str, Expected]:
    """What several things leave behind."""
    found: dict[str, Expected] = {}
    for part in parts:
        for table, expected in part.items():
            found[table] = found.get(table, Expected()) + expected
    return {table: expected for table, expected in found.items() if expected}


def assert_changed_only(difference: Difference, tables: Tables) -> None:
    """The step changed these tables, in exactly this way, and no other table."""
    assert difference.touched == set(tables), (
        f"changed, but not expected: {sorted(difference.touched - set(tables))}; "
        f"expected, but unchanged: {sorted(set(tables) - difference.touched)}"
    )
    for table, expected in tables.items():
        _assert_rows(f"new rows of {table}", difference.added(table), expected.added)
        _assert_rows(f"rows that left {table}", difference.removed(table), expected.removed)
        _assert_changes(table, difference.changed(table), expected.changed)


def _assert_rows(what: str, found: Sequence[Row], expected: Sequence[Columns]) -> None:
    left = list(found)
    # The most particular expectation chooses first, so that a loose one does not take its row.
    for columns in sorted(expected, key=len, reverse=True):
        match = next((row for row in left if _fits(row, columns)), None)
        assert match is not None, f"{what}: none fits {dict(columns)} among {left}"
        left.remove(match)
    assert not left, f"{what} that nothing was said of: {left}"


def _assert_changes(
    table: str, found: Mapping[Key, Mapping[str, tuple[Any, Any]]], expected: Mapping[Key, Columns]
) -> None:
    assert set(found) == set(expected), f"changed rows of {table}: {found}, expected {dict(expected)}"
    for key, columns in expected.items():
        after = {name: value for name, (_, value) in found[key].items()}
        assert set(after) == set(columns), f"changed columns of {table} {key}: {found[key]}, expected {dict(columns)}"
        wrong = {name: after[name] for name, value in columns.items() if not same(value, after[name])}
        assert not wrong, f"{table} {key}: {wrong}, expected {dict(columns)}"


def _fits(row: Row, columns: Columns) -> bool:
    unknown = set(columns) - set(row)
    assert not unknown, f"there are no columns {unknown}"
    return all(same(value, row[name]) for name, value in columns.items())


def same(expected: Any, found: Any) -> bool:
    """Whether a found value is the expected one; instants are compared as instants."""
    if isinstance(expected, Callable):
        return bool(expected(found))
    if isinstance(expected, str) and isinstance(found, str):
        one, other = _instant(expected), _instant(found)
        return one == other if one is not None and other is not None else expected == found
    return bool(expected == found)


def _instant(text: str) -> datetime | None:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        return None
    return value if value.tzinfo is not None else None


def filled(value: Any) -> bool:
    """There is something, whatever it is."""
    return value is not None and value != ""


def anything(_value: Any) -> bool:
    """The value is of no concern."""
    return True
