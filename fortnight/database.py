"""The way to the database: as the application's role, as its owner, and from revision to revision."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, OperationalError, ProgrammingError
from sqlalchemy.pool import NullPool

from fortnight.faults import Unfit
from models.unit import Database

OLDEST_MAJOR: Final = 15
MIGRATIONS: Final = Path(__file__).resolve().parent.parent / "migrations"
DRIVER: Final = "postgresql+psycopg"
_ONE_MIGRATOR: Final = 0x666F72746E69  # any number, as long as nothing else takes this advisory lock

# One answer to a person lasts seconds at most; what lasts longer is stuck and must not hold its locks for ever.
# Our statements ask by organisation and ids, so that one plan is good for all values: to plan the large ones anew takes
# PostgreSQL thirty times as long as to carry them out.
_AS_APPLICATION: Final = """
SET ROLE fortnight_app; SET timezone = 'UTC'; SET statement_timeout = '20s'; SET lock_timeout = '15s';
SET idle_in_transaction_session_timeout = '60s'; SET plan_cache_mode = 'force_generic_plan'
"""
PREPARED_AFTER: Final = 1
MOST_PREPARED: Final = 400
"""More than there are statements: none is planned twice on a connection."""


def parse_url(address: str) -> URL:
    """The address of a PostgreSQL as SQLAlchemy takes it, with the driver that is installed. Raises Unfit."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise Unfit("FORTNIGHT_DATABASE_URL is not an address such as postgresql://user:password@host/name") from None
    if url.drivername not in ("postgres", "postgresql", DRIVER):
        raise Unfit(f"FORTNIGHT_DATABASE_URL names {url.drivername}, and Fortnight works with PostgreSQL alone")
    return url.set(drivername=DRIVER)


def libpq_dsn(url: URL) -> str:
    """The same address for psycopg alone."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def forget_clients_settings() -> None:
    """PGHOST, PGSERVICE and their like are meant for another server than our own, and do not reach it."""
    for name in [name for name in os.environ if name.startswith("PG")]:
        del os.environ[name]


def open_database(url: URL, *, pool_size: int) -> Database:
    """The database for the rooms: every connection is of the role `fortnight_app`, for whom row-level security holds."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_size=pool_size, max_overflow=0, pool_timeout=15)
    event.listen(engine, "connect", _become_application)
    return Database(engine)


def owner_engine(url: URL) -> Engine:
    """An engine as the owner of the tables, who sees every organisation: for migrations, doctor and tests."""
    return create_engine(url, poolclass=NullPool)


def migrate(url: URL) -> str:
    """The database has the newest tables; returns the revision. Of two that start at once, one waits for the other.

    Raises Unfit for a server that is away or too old, a database newer than this code, and an owner with too few rights.
    """
    with exclusively(url, _ONE_MIGRATOR) as connection:
        check_server(connection)
        check_not_newer(connection)
        connection.rollback()  # Alembic commits only a transaction that it began itself
        _upgrade(connection)
        check_migrated(connection)
    return newest_revision()


@contextmanager
def exclusively(url: URL, lock: int) -> Generator[Connection]:
    """A connection of the owner, while no other process holds the same lock. Raises Unfit when the server is away."""
    with owner_connection(url) as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": lock})
        connection.commit()
        yield connection  # the lock ends with the connection


@contextmanager
def owner_connection(url: URL) -> Generator[Connection]:
    """A connection of the owner. Raises Unfit when the server cannot be reached."""
    engine = owner_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    except OperationalError as fault:
        if not fault.connection_invalidated and fault.statement is not None:
            raise
        raise Unfit(f"the database cannot be reached: {_first_line(fault)}") from None


def check_server(connection: Connection) -> None:
    """The server is one that Fortnight works with. Raises Unfit."""
    version = connection.execute(text("SHOW server_version")).scalar_one()
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if int(version.split(".")[0]) < OLDEST_MAJOR:
        raise Unfit(f"PostgreSQL {OLDEST_MAJOR} or later is needed, and the server is {version}")
    if encoding != "UTF8":
        raise Unfit(f"the database has the encoding {encoding}; it must be UTF8")


def check_not_newer(connection: Connection) -> None:
    """The tables are not of a later Fortnight than this code. Raises Unfit."""
    found = current_revision(connection)
    if found is not None and found not in {script.revision for script in _scripts().walk_revisions()}:
        raise Unfit(
            f"the database is newer than this code: it is at revision {found}, and the code knows {newest_revision()}"
        )


def check_migrated(connection: Connection) -> None:
    """The tables are those of this code. Raises Unfit."""
    check_not_newer(connection)
    found = current_revision(connection)
    if found != newest_revision():
        raise Unfit(
            f"the database is at revision {found or 'none'} and needs {newest_revision()}: run fortnight migrate"
        )


def current_revision(connection: Connection) -> str | None:
    """The revision that the database is at; None: it is empty."""
    return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision that this code works with."""
    head = _scripts().get_current_head()
    if head is None:
        raise Unfit(f"there are no migrations in {MIGRATIONS}")
    return head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _upgrade(connection: Connection) -> None:
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except ProgrammingError as fault:
        if getattr(fault.orig, "sqlstate", None) != "42501":
            raise
        raise Unfit(f"the database's user has too few rights to migrate: {_first_line(fault)}") from None
    except CommandError as fault:
        raise Unfit(f"the database cannot be migrated: {fault}") from None


def _become_application(connection: Any, _record: object) -> None:
    connection.execute(_AS_APPLICATION)
    connection.prepare_threshold = PREPARED_AFTER
    connection.prepared_max = MOST_PREPARED


def _first_line(fault: OperationalError | ProgrammingError) -> str:
    return str(fault.orig).strip().splitlines()[0]
