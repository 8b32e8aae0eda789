"""A database transaction of one organisation: nothing else opens, commits or rolls one back."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import Connection, Engine, event, text

from telemetry import spans

READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; "
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED; "
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}")
"""What the id of a request looks like, so that it can stand in a log and in a statement as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One transaction of one organisation; `connection` is good until the `with` block that made it ends.

    `locked`: whose locks it holds.
    """

    connection: Connection
    organisation_id: int
    locked: set[int] = field(default_factory=set[int])


class NotLocked(Exception):
    """A change concerns persons whose locks are not held: nothing is done, it is tried anew with their locks."""

    def __init__(self, persons: frozenset[int]) -> None:
        """`persons`: whose locks are wanted besides."""
        super().__init__(persons)
        self.persons = persons


@dataclass(frozen=True, slots=True)
class Database:
    """The way to PostgreSQL; its engine is in AUTOCOMMIT mode, because a Unit sends its own BEGIN with the tenant in it.

    `request`: the id of the request on whose behalf it is used; due work that is written keeps it, and the span that it is written in.
    """

    engine: Engine
    request: str | None = field(default=None, kw_only=True)

    def caused_by(self, request: str | None) -> "Database":
        """The same way to PostgreSQL, used on behalf of this request."""
        return replace(self, request=request if request is not None and REQUEST_ID.fullmatch(request) else None)

    @contextmanager
    def unit(self, organisation_id: int, *, read_only: bool = False) -> Generator[Unit]:
        """Open a transaction that sees the rows of one organisation only; commit at the end, roll back on an exception.

        A read-only unit is one snapshot (REPEATABLE READ). A writing one sees what was committed before each statement, so
        what it reads after taking its locks is true until it commits.
        """
        begin = (READ if read_only else WRITE) + f"SET LOCAL fortnight.organisation = '{int(organisation_id)}'"
        if self.request is not None and not read_only:
            begin += f"; SET LOCAL fortnight.request = '{self.request}'"
        with spans.span("unit", organisation=organisation_id, read_only=read_only):
            if not read_only and (cause := spans.traceparent()) is not None:
                begin += f"; SET LOCAL fortnight.trace = '{cause}'"
            with self._transaction(begin) as connection:
                yield Unit(connection=connection, organisation_id=organisation_id)

    @contextmanager
    def across_organisations(self) -> Generator[Connection]:
        """Open a transaction that sees organisations and due work of all tenants, to find out whose turn it is."""
        with self._transaction(WRITE + "SET LOCAL ROLE fortnight_worker") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Generator[Connection]:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(begin)
            try:
                yield connection
            except BaseException:
                if not connection.invalidated and not connection.closed:
                    connection.exec_driver_sql("ROLLBACK")
                raise
            connection.exec_driver_sql("COMMIT")


def count_statements(engine: Engine) -> list[str]:
    """Return a list that grows by each statement sent from now on, BEGIN, COMMIT and ROLLBACK left out."""
    seen: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:  # pyright: ignore[reportUnusedFunction]
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    return seen


def lock_organisation(unit: Unit, matter: str) -> None:
    """Until the unit ends, nobody else of the organisation goes on from here in the same matter.

    Taken after the locks of persons, and nothing is locked after it, so that it never closes a circle.
    """
    unit.connection.execute(
        text(
            "SELECT pg_advisory_xact_lock(hashtext(:matter), CAST(CAST(:organisation AS bigint) % 2147483647 AS int))"
        ),
        {"matter": matter, "organisation": unit.organisation_id},
    )


def lock_persons(unit: Unit, persons: frozenset[int]) -> None:
    """Hold the locks of all these persons until the unit ends, taken ascending in one statement, so that no two units deadlock.

    None is added later: what a command touches is known before it locks (ARCHITECTURE, decision 2).
    """
    unit.connection.execute(
        text("SELECT pg_advisory_xact_lock(person) FROM unnest(CAST(:persons AS bigint[])) AS person"),
        {"persons": sorted(persons)},
    )
    unit.locked.update(persons)


def require_locked(unit: Unit, persons: frozenset[int]) -> None:
    """Raise NotLocked unless the locks of all these persons are held."""
    if not persons <= unit.locked:
        raise NotLocked(persons)
