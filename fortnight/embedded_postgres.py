"""A PostgreSQL of our own: made, started, found again and stopped, on a unix socket that only we can reach."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from sqlalchemy import URL

from fortnight import postgres_cluster
from fortnight.children import stop
from fortnight.faults import Unfit
from fortnight.places import CLUSTER, Busy, cluster_place, only_user, open_data, postgres_account
from fortnight.postgres_cluster import OWNER, socket_folder_of
from fortnight.postgres_programs import programs

DATABASE: Final = "fortnight"
START_SECONDS: Final = 60.0
LARGEST_LOG: Final = 10_000_000
MEMORY: Final = "/dev/shm"  # noqa: S108  mkdtemp is safe there
ROOM: Final = 4 * 2**30
TEMPORARY: Final = "fortnight-test-"
SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "fatal",
}
FOR_TESTS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "deadlock_timeout": "200ms",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A PostgreSQL that answers; `process` is None when another process of Fortnight runs it."""

    socket_folder: Path
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = DATABASE) -> URL:
        """The owner's way to a database, for SQLAlchemy."""
        return URL.create(
            "postgresql+psycopg",
            username=OWNER,
            database=database,
            query={"host": str(self.socket_folder), "port": "5432"},
        )

    def dsn(self, database: str = DATABASE) -> str:
        """The same for psycopg alone."""
        return f"host='{self.socket_folder}' port=5432 user={OWNER} dbname={database}"

    def create_database(self, name: str, *, template: str | None = None) -> None:
        """The database exists: empty, or a copy of `template`, to which nobody may be connected."""
        copy = "" if template is None else f' TEMPLATE "{template}" STRATEGY FILE_COPY'
        self._administer(f'CREATE DATABASE "{name}"{copy}')

    def drop_database(self, name: str) -> None:
        """The database is gone, whoever was connected to it."""
        self._administer(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def has_database(self, name: str) -> bool:
        """Whether there is a database of this name."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            return connection.execute("SELECT FROM pg_database WHERE datname = %s", [name]).rowcount == 1

    def _administer(self, statement: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running(data: Path, *, durable: bool = True) -> Generator[Server]:
    """A PostgreSQL over the files in `data`, with a database `fortnight`, until the block ends. Raises Unfit, Busy.

    What an earlier start left behind, alive or dead, is ended and cleared away first; its data stay. Not `durable`, it
    is faster, and the machine's end is the end of its data: for tests. To be called from the main thread.
    """
    data = open_data(data)
    with ExitStack() as stack:
        stack.enter_context(only_user(data))
        try:
            server = _start(stack, data, durable=durable)
        except OSError as fault:
            raise Unfit(f"the database in {data} cannot be started: {fault.strerror} ({fault.filename})") from None
        if not server.has_database(DATABASE):
            server.create_database(DATABASE)
        yield server


def _start(stack: ExitStack, data: Path, *, durable: bool) -> Server:
    """A server over the data, which ends with the stack."""
    account = postgres_account(data)
    place = cluster_place(data, account)
    cluster, log_path = place / CLUSTER, place / "postgresql.log"
    postgres_cluster.clear_leftovers(cluster)
    binaries = programs(place, account)
    folder = postgres_cluster.make_socket_folder(place, account)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    settings = SETTINGS | ({} if durable else FOR_TESTS) | {"unix_socket_directories": str(folder)}
    with log_path.open("wb" if _too_large(log_path) else "ab") as log:
        if not cluster.exists():
            postgres_cluster.initialise(binaries, cluster, account, log, durable=durable)
        postgres_cluster.check_version(cluster)
        process = postgres_cluster.launch(binaries, cluster, settings, account, log)
    stack.callback(_end, process, durable=durable)
    _await_ready(process, cluster, log_path)
    return Server(socket_folder=folder, process=process)


@contextmanager
def reached(data: Path) -> Generator[Server]:
    """The PostgreSQL over the files in `data`: the one that `fortnight serve` runs now, or one of ours for the block."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(running(data))
        except Busy:
            server = _of_another_process(data)
        yield server


@contextmanager
def temporary() -> Generator[Server]:
    """A PostgreSQL for tests in a folder of its own; nothing is left of either when the block ends."""
    folder = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=_in_memory()))
    _remove_abandoned(folder.parent)
    try:
        folder.chmod(0o711)  # root's tests run it as another user, who has to come this far
        with running(folder, durable=False) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> str | None:
    """A folder in memory where programs may run and there is room; a database is cloned there ten times as fast as on a disk."""
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return None
    roomy = found.f_bavail * found.f_frsize >= ROOM and not found.f_flag & os.ST_NOEXEC
    return MEMORY if roomy and os.access(MEMORY, os.W_OK | os.X_OK) else None


def _remove_abandoned(parent: Path) -> None:
    """What tests that were killed an hour ago or earlier have left in this folder is gone."""
    for folder in parent.glob(f"{TEMPORARY}*"):
        with suppress(OSError, Busy):
            if time.time() - folder.stat().st_mtime > 3600:
                with only_user(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _of_another_process(data: Path) -> Server:
    data = data.resolve()
    cluster = cluster_place(data, postgres_account(data)) / CLUSTER
    deadline = time.monotonic() + START_SECONDS
    while (folder := socket_folder_of(cluster)) is None:
        if time.monotonic() > deadline:
            raise Busy(f"{data} is in use by another process, and its database does not answer")
        time.sleep(0.05)
    return Server(socket_folder=folder)


def _await_ready(process: subprocess.Popen[bytes], cluster: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while socket_folder_of(cluster) is None:
        if process.poll() is not None:
            raise Unfit(f"the database did not start: {postgres_cluster.last_line(str(log))} (more in {log})")
        if time.monotonic() > deadline:
            raise Unfit(f"the database was not ready after {START_SECONDS:.0f} s (see {log})")
        time.sleep(0.01)


def _end(process: subprocess.Popen[bytes], *, durable: bool) -> None:
    """The server has ended: in order, or at once where its data do not matter."""
    if durable:
        stop(process, (signal.SIGINT, 30.0), (signal.SIGQUIT, 5.0))
    else:
        stop(process, (signal.SIGQUIT, 5.0))


def _too_large(log: Path) -> bool:
    return log.exists() and log.stat().st_size > LARGEST_LOG
