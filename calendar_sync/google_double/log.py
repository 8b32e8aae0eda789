"""What reached the double, in order: for checkers, free of tokens, codes and states."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from calendar_sync.google_double.answers import Json
from calendar_sync.google_double.faults import Fault
from calendar_sync.google_double.requests import Request
from calendar_sync.google_double.store import Books

KEPT: Final = 100_000
"""So many lines are kept; a demo may run for months."""
SECRET: Final = frozenset({
    "access_token", "client_secret", "code", "code_challenge", "code_verifier", "key", "oauth_token", "refresh_token", "state", "token",
})  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Line:
    """One line while its request is served."""

    request: Request
    call: str | None = None
    """The method's name, such as `events.insert` or `oauth.token`; None: no such method."""
    account: str | None = None
    body: Json | None = None
    fault: Fault | None = None
    status: int | None = field(default=None)
    """None: no answer was on its way."""


def write(books: Books, line: Line, *, at: datetime) -> None:
    """The line stands in the log."""
    query = [(name, value) for name, value in line.request.query if name not in SECRET]
    body = None if line.body is None else {name: value for name, value in line.body.items() if name not in SECRET}
    number = books.next("request")
    books.run(
        "INSERT INTO request (number, at, call, account, method, path, query, body, status, fault) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        number,
        at.isoformat(timespec="milliseconds"),
        line.call,
        line.account,
        line.request.method,
        line.request.path,
        json.dumps(query),
        None if body is None else json.dumps(body),
        line.status,
        None if line.fault is None else str(line.fault.kind),
    )
    books.run("DELETE FROM request WHERE number <= ?", number - KEPT)


def read(books: Books, *, since: int = 0) -> list[Json]:
    """The lines after number `since`, oldest first."""
    return [_shown(row) for row in books.rows("SELECT * FROM request WHERE number > ? ORDER BY number", since)]


def _shown(row: Any) -> Json:
    shown = {name: row[name] for name in ("number", "at", "call", "account", "method", "path", "status", "fault")}
    query: Json = {}
    for name, value in json.loads(row["query"]):
        query[name] = f"{query[name]},{value}" if name in query else value
    return {**shown, "query": query, "body": None if row["body"] is None else json.loads(row["body"])}
