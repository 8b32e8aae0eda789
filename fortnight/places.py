"""Where Fortnight keeps its data: a folder of ours, and for the embedded PostgreSQL one that its account can reach."""

import fcntl
import hashlib
import os
import pwd
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from fortnight.children import Account
from fortnight.faults import Unfit

UNPRIVILEGED: Final = "nobody"
FOR_ROOT: Final = Path("/var/lib/fortnight")
CLUSTER: Final = "postgresql"
NOTE: Final = "place.txt"
_OTHERS_MAY_PASS: Final = 0o001


class Busy(Unfit):
    """Another process uses the data folder."""


def postgres_account(data: Path) -> Account | None:
    """Who PostgreSQL runs as: None for ourselves; if we are root, whose files they are already, or `nobody`. Raises Unfit."""
    if os.geteuid() != 0:
        return None
    try:
        cluster = data / CLUSTER
        owner = cluster.stat().st_uid if cluster.exists() else 0
        entry = pwd.getpwuid(owner) if owner != 0 else pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise Unfit(f"PostgreSQL does not run as root, and there is no user {UNPRIVILEGED} to run it as") from None
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)


def open_data(data: Path) -> Path:
    """The data folder exists, belongs to us alone and can be written to; its real path. Raises Unfit."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        real = data.resolve(strict=True)
        if not os.access(real, os.W_OK | os.X_OK):
            raise PermissionError(13, "Permission denied")
    except OSError as fault:
        raise Unfit(f"the data directory {data} cannot be written to: {fault.strerror}") from None
    return real


def cluster_place(data: Path, account: Account | None) -> Path:
    """The folder for PostgreSQL's files: in the data folder, or under /var/lib where `account` cannot come that far.

    `data` then holds a note with the place. Raises Unfit.
    """
    if account is None or can_reach(account, data):
        return data
    place, note = FOR_ROOT / hashlib.sha256(os.fsencode(data)).hexdigest()[:16], data / NOTE
    noted = note.read_text(encoding="utf-8").strip() if note.exists() else str(place)
    if noted != str(place):
        raise Unfit(
            f"{data} has been moved or copied: {note} names {noted}, and its database would now lie in {place}. "
            "Move it there to keep it, or remove the note to begin anew"
        )
    try:
        FOR_ROOT.mkdir(mode=0o755, parents=True, exist_ok=True)
        place.mkdir(mode=0o755, exist_ok=True)
        note.write_text(f"{place}\n", encoding="utf-8")
    except OSError as fault:
        raise Unfit(
            f"{account.name}, as whom PostgreSQL runs under root, cannot reach {data}, and {place} cannot be "
            f"written to ({fault.strerror}): name another folder with FORTNIGHT_DATA"
        ) from None
    return place


def can_reach(account: Account, folder: Path) -> bool:
    """Whether the account may pass through every folder on the way, and this one."""
    for step in (folder, *folder.parents):
        stat = step.stat()
        if stat.st_uid != account.uid and not stat.st_mode & _OTHERS_MAY_PASS:
            return False
    return True


@contextmanager
def only_user(data: Path) -> Generator[None]:
    """Hold the data folder for this process alone until the block ends. Raises Busy.

    The lock ends with the process that holds it, also by kill -9, and no child inherits it.
    """
    with (data / "lock").open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Busy(f"{data} is in use by process {lock.read().strip() or 'unknown'}") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
