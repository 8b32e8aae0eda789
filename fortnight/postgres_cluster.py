"""The files of an embedded PostgreSQL: made once, whole or not at all, and cleared of what a killed server left."""

import os
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import psutil

from fortnight.children import Account, end_leftovers, spawn
from fortnight.faults import Unfit
from fortnight.postgres_programs import MAJOR

OWNER: Final = "fortnight"
"""The name of the superuser inside PostgreSQL; no password: who can reach the socket is us or root."""
LONGEST_SOCKET: Final = 107
SOCKET_FOLDER: Final = "socket"
SOCKET_PREFIX: Final = "fortnight-"
SOCKET_NAME: Final = ".s.PGSQL.5432"
PLAIN: Final = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}
"""All of the environment that PostgreSQL sees: a PGDATA or a locale of the caller's must not matter."""

# The locale is PostgreSQL's own: sorted by code point, letters of all languages, the same on every machine.
_INITDB: Final = (
    f"--username={OWNER}",
    "--auth=trust",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
)


def initialise(binaries: Path, cluster: Path, account: Account | None, log: IO[bytes], *, durable: bool) -> None:
    """The cluster exists, complete; one that was broken off half-way is begun again. Raises Unfit."""
    partial = cluster.with_name(f"{cluster.name}.new")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    if account is not None:
        os.chown(partial, account.uid, account.gid)
    arguments = [str(binaries / "initdb"), *_INITDB, *([] if durable else ["--no-sync"]), str(partial)]
    made = spawn(arguments, dies_by=signal.SIGKILL, environment=PLAIN, account=account, output=log)
    if made.wait() != 0:
        raise Unfit(f"a database could not be made in {cluster.parent}: {last_line(log.name)}")
    partial.rename(cluster)
    if durable:
        _sync_folder(cluster.parent)


def check_version(cluster: Path) -> None:
    """The files are of the PostgreSQL that is embedded. Raises Unfit."""
    try:
        found = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    except OSError as fault:
        raise Unfit(f"the database in {cluster} cannot be read: {fault.strerror}") from None
    if found != str(MAJOR):
        raise Unfit(f"the database in {cluster} is of PostgreSQL {found}, this Fortnight brings {MAJOR}")


def clear_leftovers(cluster: Path) -> None:
    """No process of an earlier start works on the cluster any more, and no stale note of one is in the way.

    The caller holds the lock of the data folder, so that whatever runs there is nobody's.
    """
    end_leftovers(_servers(cluster), (signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0))
    socket_folder = socket_folder_of(cluster)
    if socket_folder is not None and socket_folder.name.startswith(SOCKET_PREFIX):
        shutil.rmtree(socket_folder, ignore_errors=True)
    # A process id is used again by somebody else sooner or later; PostgreSQL would then take them for its server.
    with suppress(FileNotFoundError):
        (cluster / "postmaster.pid").unlink()


def _servers(cluster: Path) -> list[psutil.Process]:
    """Server processes on these files, the postmaster or what it left: all stand in the cluster's folder."""
    found: list[psutil.Process] = []
    for process in psutil.process_iter(["name"]):
        with suppress(psutil.Error, OSError):
            if process.info["name"] == "postgres" and Path(process.cwd()) == cluster:
                found.append(process)
    return found


def socket_folder_of(cluster: Path) -> Path | None:
    """Where the server of this cluster listens, as it noted itself; None: it is not ready, or there is none."""
    with suppress(OSError):
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return Path(lines[4])
    return None


def make_socket_folder(place: Path, account: Account | None) -> Path:
    """An empty folder for the server's account and root alone: beside the cluster, or where the path leaves room. Raises Unfit."""
    folder = place / SOCKET_FOLDER
    if _leaves_room(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    else:
        folder = _short_folder()
    if account is not None:
        os.chown(folder, account.uid, account.gid)
    return folder


def _short_folder() -> Path:
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):  # noqa: S108  mkdtemp is safe there
        if _leaves_room(Path(parent) / f"{SOCKET_PREFIX}12345678"):
            with suppress(OSError):
                return Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX, dir=parent))
    raise Unfit("there is no folder with a short name for the database's socket: set TMPDIR to one")


def _leaves_room(folder: Path) -> bool:
    return len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET


def last_line(log: str) -> str:
    """What the log said last that was a failure, or last at all."""
    lines = [line for line in Path(log).read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    failures = [line for line in lines[-50:] if "FATAL" in line or "error" in line.lower()]
    return (failures or lines or ["no reason was given"])[-1].rpartition("FATAL:")[2].strip()


def _sync_folder(folder: Path) -> None:
    """The names in the folder survive the machine's end."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def launch(
    binaries: Path,
    cluster: Path,
    settings: dict[str, str],
    account: Account | None,
    log: IO[bytes],
) -> subprocess.Popen[bytes]:
    """A server process over the cluster; it shuts down in order when this process ends."""
    arguments = [str(binaries / "postgres"), "-D", str(cluster)]
    for name, value in settings.items():
        arguments += ["-c", f"{name}={value}"]
    return spawn(arguments, dies_by=signal.SIGINT, environment=PLAIN, account=account, output=log)
