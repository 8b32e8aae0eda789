"""What the double remembers: one sqlite3 database, in a file that survives any end of the process, or in memory.

Everything that one request does stands in one transaction, with its line in the log: a request whose answer was lost
is either in both or in neither. Tokens and codes are kept as digests only.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from threading import Event, RLock
from typing import Any, Final

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account (
    email TEXT PRIMARY KEY,
    zone TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS consent (
    id INTEGER PRIMARY KEY,
    email TEXT NOT NULL REFERENCES account,
    client_id TEXT NOT NULL,
    scopes TEXT NOT NULL,
    revoked INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS code (
    digest BLOB PRIMARY KEY,
    consent_id INTEGER NOT NULL REFERENCES consent,
    redirect_uri TEXT NOT NULL,
    challenge TEXT NOT NULL,
    offline INTEGER NOT NULL,
    used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS token (
    digest BLOB PRIMARY KEY,
    consent_id INTEGER NOT NULL REFERENCES consent,
    kind TEXT NOT NULL CHECK (kind IN ('access', 'refresh')),
    dead INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS token_consent ON token (consent_id);
CREATE TABLE IF NOT EXISTS calendar (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL REFERENCES account,
    client_id TEXT,
    revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS calendar_email ON calendar (email);
CREATE TABLE IF NOT EXISTS event (
    number INTEGER PRIMARY KEY,
    calendar_id TEXT NOT NULL REFERENCES calendar,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    pending_reads INTEGER,
    body TEXT NOT NULL,
    UNIQUE (calendar_id, id)
);
CREATE TABLE IF NOT EXISTS channel (
    id TEXT PRIMARY KEY,
    calendar_id TEXT NOT NULL REFERENCES calendar,
    resource_id TEXT NOT NULL,
    address TEXT NOT NULL,
    token TEXT NOT NULL,
    expires INTEGER NOT NULL,
    messages INTEGER NOT NULL,
    stopped INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS notification (
    number INTEGER PRIMARY KEY,
    channel_id TEXT NOT NULL REFERENCES channel,
    state TEXT NOT NULL,
    message INTEGER NOT NULL,
    due REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS request (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    call TEXT,
    account TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    query TEXT NOT NULL,
    body TEXT,
    status INTEGER,
    fault TEXT
);
"""
VERSION: Final = 1
IN_MEMORY: Final = ":memory:"


def digest(secret: str) -> bytes:
    """What is kept of a token or code."""
    return sha256(secret.encode()).digest()


class OtherVersion(Exception):
    """The file was written by another version of the double."""


class Store:
    """The double's database; one thread at a time is let in."""

    def __init__(self, path: Path | None) -> None:
        """Raises OtherVersion, and sqlite3.Error for a file that cannot be used."""
        self._lock = RLock()
        self.written = Event()
        """Set whenever something was kept."""
        # Autocommit: every transaction is opened and ended by `transaction` alone.
        self._connection = sqlite3.connect(
            IN_MEMORY if path is None else path, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        if path is not None:
            # With a write-ahead log a commit outlives the process without a sync to disk.
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._check_version()
        self._connection.executescript(SCHEMA)

    def _check_version(self) -> None:
        found = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if found not in (0, VERSION):
            self._connection.close()
            raise OtherVersion(f"its store is of version {found} and not {VERSION}; delete it to begin anew")
        self._connection.execute(f"PRAGMA user_version = {VERSION}")

    @contextmanager
    def transaction(self) -> Generator["Books"]:
        """All that happens inside is kept together, or not at all when it raises."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            before = self._connection.total_changes
            try:
                yield Books(self._connection)
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")
            # Whoever waits for news and only looks must not be woken by having looked.
            if self._connection.total_changes != before:
                self.written.set()

    def close(self) -> None:
        """The file is let go; nothing can be asked any more."""
        with self._lock:
            self._connection.close()


class Books:
    """An open transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, sql: str, *values: Any) -> None:
        """The statement has been carried out."""
        self._connection.execute(sql, values)

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of an answer."""
        return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        """The first row of an answer, if any."""
        return self._connection.execute(sql, values).fetchone()

    def next(self, name: str) -> int:
        """The next number of this name: 1, 2, 3 …, never given twice."""
        statement = (
            "INSERT INTO counter (name, value) VALUES (?, 1) "
            "ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        )
        return self._connection.execute(statement, (name,)).fetchall()[0][0]

    def set(self, name: str, value: int) -> None:
        """The number of this name is `value`."""
        self.run("INSERT OR REPLACE INTO counter (name, value) VALUES (?, ?)", name, value)

    def current(self, name: str) -> int:
        """The number of this name that was given last; 0: none."""
        found = self.row("SELECT value FROM counter WHERE name = ?", name)
        return 0 if found is None else found[0]

    def clear(self) -> None:
        """Nothing is kept any more."""
        for table in (
            "request",
            "notification",
            "channel",
            "event",
            "calendar",
            "token",
            "code",
            "consent",
            "account",
            "counter",
        ):
            self.run(f"DELETE FROM {table}")

    @contextmanager
    def attempt(self) -> Generator[None]:
        """What happens inside is taken back when it raises; the transaction around it goes on."""
        self.run("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.run("ROLLBACK TO attempt")
            self.run("RELEASE attempt")
            raise
        self.run("RELEASE attempt")
