"""How many pushes a worker makes in a second against the double, and whether its memory stays what it was over 10,000 of them.

A push here is the whole errand: the session and the connection read, the token opened, the event read and patched at Google
over HTTP, what is known of it kept. The double runs in a process of its own.
"""

import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import Engine, text

from calendar_sync.google import connect
from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.deliver import Pushed, push_session
from calendar_sync.google_double import RemoteDouble
from fortnight import compose
from fortnight.database import migrate, open_database, owner_engine
from fortnight.embedded_postgres import temporary
from fortnight.settings import Settings
from models.keyring import Keyring
from models.unit import Database
from tests.support.platform import Platform, open_platform
from worker.delivery import work_off
from worker.outcomes import Handlers

PUSHES: Final = 10_000
SESSIONS: Final = 20
WARM: Final = 1_000
"""Pushes after which memory is first looked at: caches are full by then."""
OPENS: Final = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
CALLBACK: Final = "http://127.0.0.1:8000/google/callback"
MOVE: Final = text("""
UPDATE session SET sequence = sequence + 1, starts_at = starts_at + :by, ends_at = ends_at + :by WHERE id = :session
""")


def measure() -> dict[str, float]:
    """Pushes in a second by one worker, of new events and of moved ones, and the megabytes that it grew by."""
    with temporary() as server, _double() as double:
        migrate(server.url())
        owner, database = owner_engine(server.url()), open_database(server.url(), pool_size=2)
        try:
            return _figures(owner, database, double)
        finally:
            owner.dispose()
            database.engine.dispose()


def _figures(owner: Engine, database: Database, double: RemoteDouble) -> dict[str, float]:
    keyring, settings = Keyring(b"only for the bench: thirty-two bytes"), Settings(google_sandbox_url=double.url)
    google, handlers = compose.google(settings, keyring), compose.handlers(settings, keyring)
    platform = _platform(database)
    _connect(database, google, platform, double)
    work_off(database, {**handlers}, organisation_id=platform.organisation_id)
    sessions = [
        platform.booked("Maya", "session", "Eva", OPENS + timedelta(days=2, hours=2 * n)) for n in range(SESSIONS)
    ]
    figures = {"inserts_a_second": _inserts(database, handlers, platform)}
    return figures | _moves(owner, database, google, platform, sessions)


def _inserts(database: Database, handlers: Handlers, platform: Platform) -> float:
    begun = time.perf_counter()
    work_off(database, handlers, organisation_id=platform.organisation_id)
    return SESSIONS / (time.perf_counter() - begun)


def _moves(
    owner: Engine, database: Database, google: GoogleSettings, platform: Platform, sessions: list[int]
) -> dict[str, float]:
    begun, before = time.perf_counter(), 0.0
    for number in range(PUSHES):
        if number == WARM:
            before = _megabytes()
        session = sessions[number % len(sessions)]
        with owner.begin() as connection:
            by = timedelta(minutes=1 if number // SESSIONS % 2 else -1)
            connection.execute(MOVE, {"session": session, "by": by})
        pushed = push_session(
            database,
            google,
            organisation_id=platform.organisation_id,
            session_id=session,
            attempt=1,
            now=platform.now,
        )
        if not isinstance(pushed, Pushed):
            raise TypeError(f"a push did not get through: {pushed}")
    return {
        "moves_a_second": PUSHES / (time.perf_counter() - begun),
        "megabytes_after_1_000": before,
        "megabytes_grown_by_10_000": _megabytes() - before,
    }


def _megabytes() -> float:
    """What this process holds in memory."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4096 / 1_000_000


def _platform(database: Database) -> Platform:
    platform = open_platform(database, "thrive", at=OPENS)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    platform.pack("Maya", "session", SESSIONS)
    return platform


def _connect(database: Database, google: GoogleSettings, platform: Platform, double: RemoteDouble) -> None:
    now = compose.real_now()
    begun = connect.begin(
        database,
        google,
        organisation_id=platform.organisation_id,
        person_id=platform.people["Eva"],
        redirect_uri=CALLBACK,
        real_now=now,
    )
    back: dict[str, Any] = parse_qs(urlsplit(double.consent(begun.url)).query)
    connect.finish(
        database,
        google,
        state=back["state"][0],
        begun_with=begun.handshake.state,
        code=back["code"][0],
        redirect_uri=CALLBACK,
        real_now=now,
    )


@contextmanager
def _double() -> Generator[RemoteDouble]:
    command = [sys.executable, "-m", "calendar_sync.google_double"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None:
                raise OSError("the double says nothing")
            yield RemoteDouble(process.stdout.readline().strip())
        finally:
            process.terminate()
