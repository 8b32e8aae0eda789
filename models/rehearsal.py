"""Trying a whole row of commands for real, and leaving no trace of it."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection
from typing_extensions import override

from models.unit import WRITE, Database, Unit


@dataclass(frozen=True, slots=True)
class Rehearsal(Database):
    """A database of one transaction: each unit is a savepoint in it, so that a later one sees what an earlier one did."""

    connection: Connection
    organisation_id: int

    @property
    def whole(self) -> Unit:
        """The one transaction, for what shall hold until the rehearsal ends."""
        return Unit(connection=self.connection, organisation_id=self.organisation_id)

    @override
    @contextmanager
    def unit(self, organisation_id: int, *, read_only: bool = False) -> Generator[Unit]:
        """Open a savepoint that is kept at the end and taken back on an exception. Raises ValueError for another organisation."""
        if organisation_id != self.organisation_id:
            raise ValueError("a rehearsal belongs to one organisation")
        self.connection.exec_driver_sql("SAVEPOINT unit")
        try:
            yield Unit(connection=self.connection, organisation_id=organisation_id)
        except BaseException:
            self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT unit")
            raise
        self.connection.exec_driver_sql("RELEASE SAVEPOINT unit")


@contextmanager
def rehearsal(database: Database, organisation_id: int) -> Generator[Rehearsal]:
    """A database on which commands run as ever; when the block ends, nothing of it has happened.

    Its locks are held until then: who rehearses for several people locks them all at once, first.
    """
    with database.engine.connect() as connection:
        connection.exec_driver_sql(WRITE + f"SET LOCAL fortnight.organisation = '{int(organisation_id)}'")
        try:
            yield Rehearsal(database.engine, connection, organisation_id)
        finally:
            if not connection.invalidated:
                connection.exec_driver_sql("ROLLBACK")
