"""Pages by key: stable under inserts, one statement whatever the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Row, Select, tuple_
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
    if window.after is not None:
        statement = statement.where(tuple_(*keys) > tuple_(*window.after))
    if window.before is not None:
        statement = statement.where(tuple_(*keys) < tuple_(*window.before))
    order = [key.desc() for key in keys] if window.backward else list(keys)
    found: Sequence[Row[Any]] = unit.connection.execute(statement.order_by(*order).limit(window.limit + 1)).all()
    rows = tuple(found[: window.limit])
    return Page(rows=rows[::-1] if window.backward else rows, has_more=len(found) > window.limit)
