"""A real PostgreSQL for the tests: one cluster per pytest process, a migrated template, a clone of it per test."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from fortnight.database import migrate
from fortnight.embedded_postgres import Server, temporary

TEMPLATE = "fortnight_template"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL with a migrated template."""

    server: Server
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> URL:
        """The owner's way to a database of the cluster."""
        return self.server.url(database)

    def clone(self) -> str:
        """A fresh database that is migrated and empty; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.server.create_database(name, template=TEMPLATE)
        return name

    def drop(self, name: str) -> None:
        """The database is gone, whoever is still connected to it."""
        self.server.drop_database(name)


@contextmanager
def running_cluster() -> Generator[Cluster]:
    """A cluster with the migrated template; it ends with this process, however that ends."""
    with temporary() as server:
        # Nothing may depend on the server's own zone.
        with create_engine(server.url("postgres"), poolclass=NullPool).begin() as connection:
            connection.execute(text("ALTER ROLE ALL SET timezone = 'Pacific/Auckland'"))
        server.create_database(TEMPLATE)
        migrate(server.url(TEMPLATE))
        yield Cluster(server)


def owner_engine(url: URL) -> Engine:
    """An engine as the owner, who sees all rows, with instants in UTC."""
    return create_engine(url, connect_args={"options": "-c timezone=UTC"})
