"""A database in which each life is lived in an organisation of its own."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine

from fortnight.database import open_database
from models.unit import Database
from tests.support.postgres import Cluster, owner_engine


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The database as the application has it, and as its owner."""

    database: Database
    owner: Engine


@contextmanager
def opened_world(cluster: Cluster, *, pool_size: int = 2) -> Generator[World]:
    """An empty world; it is gone afterwards."""
    name = cluster.clone()
    database, owner = open_database(cluster.url(name), pool_size=pool_size), owner_engine(cluster.url(name))
    yield World(database=database, owner=owner)
    database.engine.dispose()
    owner.dispose()
    cluster.drop(name)
