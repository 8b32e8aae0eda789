"""Pages by key: stable under inserts, one statement whatever the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from models.unit import Unit

T = TypeVar("T")
KeyColumns = tuple[ColumnElement[Any] | InstrumentedAttribute[Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which part of a list is asked for: `limit` rows from the front, or from the back, between two keys (both outside)."""

    limit: int
    backward: bool = False
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """The rows of a window in the list's order, and whether there are more on the side that was cut off."""

    rows: tuple[T, ...]
    has_more: bool


def read_page(unit: Unit, statement: Select[*tuple[Any, ...]], keys: KeyColumns, window: Window) -> Page[Row[Any]]:
    """The rows of `statement` in the order of `keys` that lie in the window."""
    asked = _within(statement, keys, window).order_by(*_order(keys, window)).limit(window.limit + 1)
    return _page(unit.connection.execute(asked).all(), window)


def read_pages(
    unit: Unit,
    statement: Select[*tuple[Any, ...]],
    owner: ColumnElement[Any] | InstrumentedAttribute[Any],
    owners: Sequence[int],
    keys: KeyColumns,
    window: Window,
) -> dict[int, Page[Row[Any]]]:
    """For each of the owners the same window of its own list, such as the entries of each session of a page; one statement."""
    place = func.row_number().over(partition_by=owner, order_by=_order(keys, window)).label("place_in_list")
    listed = (
        _within(statement, keys, window)
        .where(owner.in_(owners))
        .add_columns(owner.label("list_owner"), place)
        .subquery()
    )
    asked = select(listed).where(listed.c.place_in_list <= window.limit + 1).order_by(listed.c.place_in_list)
    found: dict[int, list[Row[Any]]] = {key: [] for key in owners}
    for row in unit.connection.execute(asked):
        found[row.list_owner].append(row)
    return {key: _page(rows, window) for key, rows in found.items()}


def _within(statement: Select[*tuple[Any, ...]], keys: KeyColumns, window: Window) -> Select[*tuple[Any, ...]]:
    if window.after is not None:
        statement = statement.where(tuple_(*keys) > tuple_(*window.after))
    if window.before is not None:
        statement = statement.where(tuple_(*keys) < tuple_(*window.before))
    return statement


def _order(keys: KeyColumns, window: Window) -> list[Any]:
    return [key.desc() for key in keys] if window.backward else list(keys)


def _page(found: Sequence[Row[Any]], window: Window) -> Page[Row[Any]]:
    rows = tuple(found[: window.limit])
    return Page(rows=rows[::-1] if window.backward else rows, has_more=len(found) > window.limit)
