"""Lists as Relay connections over keys: stable while rows are added, one statement whatever the page."""

from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeAlias, TypeVar

import orjson
import strawberry
from sqlalchemy import Row

from api.describe import output
from api.errors import CodedError, ErrorCode
from api.ids import LARGEST_KEY
from api.limits import DEFAULT_PAGE, LARGEST_PAGE
from api.scalars import read_instant, write_instant
from models.queries.keyset import Page, Window

NodeType = TypeVar("NodeType")
LONGEST_CURSOR = 300

First: TypeAlias = Annotated[
    int | None, strawberry.argument(description="At most this many from the front, 1 to 100; 20 if neither is given.")
]
After: TypeAlias = Annotated[str | None, strawberry.argument(description="Only what follows this cursor.")]
Last: TypeAlias = Annotated[
    int | None, strawberry.argument(description="At most this many from the back, 1 to 100; not together with `first`.")
]
Before: TypeAlias = Annotated[str | None, strawberry.argument(description="Only what precedes this cursor.")]


@output
class PageInfo:
    """Where a page stands in its list."""

    has_next_page: bool = strawberry.field(description="Whether more follows: ask with `after: endCursor`.")
    has_previous_page: bool = strawberry.field(description="Whether more precedes: ask with `before: startCursor`.")
    start_cursor: str | None = strawberry.field(description="The first one's cursor; null for an empty page.")
    end_cursor: str | None = strawberry.field(description="The last one's cursor; null for an empty page.")


@output
class Edge(Generic[NodeType]):
    """One object of a page, with its place in the list."""

    node: NodeType = strawberry.field(description="The object itself.")
    place: strawberry.Private["Place"]
    row: strawberry.Private[Any]

    @strawberry.field
    def cursor(self) -> str:
        """The object's place in the list, for `after` and `before`."""
        return self.place.cursor(self.row)


@output
class Connection(Generic[NodeType]):
    """A page of a list. New objects never shift a page: cursors name places, not counts."""

    nodes: list[NodeType] = strawberry.field(description="The objects of the page, in the list's order.")
    rows: strawberry.Private[Sequence[Any]]
    place: strawberry.Private["Place"]
    window: strawberry.Private[Window]
    has_more: strawberry.Private[bool]

    @strawberry.field
    def edges(self) -> list[Edge[NodeType]]:
        """The same objects, each with its cursor."""
        return [Edge(node=node, place=self.place, row=row) for node, row in zip(self.nodes, self.rows, strict=True)]

    @strawberry.field
    def page_info(self) -> PageInfo:
        """Where the page stands in its list."""
        backward = self.window.backward
        return PageInfo(
            has_next_page=self.window.before is not None if backward else self.has_more,
            has_previous_page=self.has_more if backward else self.window.after is not None,
            start_cursor=self.place.cursor(self.rows[0]) if self.rows else None,
            end_cursor=self.place.cursor(self.rows[-1]) if self.rows else None,
        )


def connection(
    page: Page[Row[Any]], place: "Place", window: Window, node: Callable[[Row[Any]], NodeType]
) -> Connection[NodeType]:
    """The page of a list, `node` making an object of each row."""
    return Connection(
        nodes=[node(row) for row in page.rows], rows=page.rows, place=place, window=window, has_more=page.has_more
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What a list is ordered by: the columns of its key. A cursor carries the list's name, so that it fits no other one."""

    list: str
    columns: tuple[str, ...]

    def cursor(self, row: Any) -> str:
        """The cursor of a row."""
        keys = [getattr(row, column) for column in self.columns]
        said = [self.list, *(write_instant(key) if isinstance(key, datetime) else key for key in keys)]
        return urlsafe_b64encode(orjson.dumps(said)).decode().rstrip("=")

    def key(self, cursor: str, argument: str) -> tuple[Any, ...]:
        """The key that a cursor of this list names. Raises CodedError INVALID_INPUT for any other text."""
        match _decoded(cursor):
            case [self.list, *keys] if len(keys) == len(self.columns):
                return tuple(self._part(column, key, argument) for column, key in zip(self.columns, keys, strict=True))
            case _:
                raise _bad_cursor(argument)

    def _part(self, column: str, value: Any, argument: str) -> Any:
        if column.endswith("_at"):
            try:
                return read_instant(value)
            except ValueError:
                raise _bad_cursor(argument) from None
        if type(value) is not int or not 0 < value <= LARGEST_KEY:
            raise _bad_cursor(argument)
        return value


def window(place: Place, first: int | None, after: str | None, last: int | None, before: str | None) -> Window:
    """The part of a list that is asked for. Raises CodedError INVALID_INPUT for sizes and cursors that do not fit."""
    first, last = _given(first), _given(last)
    if first is not None and last is not None:
        raise _bad("Ask for the first or for the last ones, not for both.", "last")
    for name, size in (("first", first), ("last", last)):
        if size is not None and not 1 <= size <= LARGEST_PAGE:
            raise _bad(f"A page has 1 to {LARGEST_PAGE} objects.", name)
    after, before = _given(after), _given(before)
    return Window(
        limit=first or last or DEFAULT_PAGE,
        backward=last is not None,
        after=None if after is None else place.key(after, "after"),
        before=None if before is None else place.key(before, "before"),
    )


def _given(value: Any) -> Any:
    return None if value is strawberry.UNSET else value


def _decoded(cursor: str) -> Any:
    if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
        return None
    try:
        raw = b64decode(cursor.encode() + b"=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return orjson.loads(raw)
    except (Error, orjson.JSONDecodeError):
        return None


def _bad(message: str, argument: str) -> CodedError:
    return CodedError(ErrorCode.INVALID_INPUT, message, argument=argument)


def _bad_cursor(argument: str) -> CodedError:
    return _bad("This is no cursor of this list.", argument)
