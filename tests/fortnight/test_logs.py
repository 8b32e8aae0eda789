"""Log lines tell what happened and where, and nothing of anybody's data."""

import io
import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from fortnight.access_log import AccessLog
from fortnight.logs import set_up
from fortnight.settings import LogFormat, LogLevel


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What a process that logs JSON writes."""
    written = io.StringIO()
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    monkeypatch.setattr(sys, "stderr", written)
    set_up(LogFormat.JSON, LogLevel.INFO, process="api")
    yield written
    structlog.reset_defaults()
    root.handlers[:], level = before
    root.setLevel(level)


def read(lines: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_has_its_event_time_level_and_process(lines: io.StringIO) -> None:
    structlog.get_logger().info("mail_sent", notification=7)
    (line,) = read(lines)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "mail_sent", "notification": 7, "level": "info", "process": "api"}


def test_a_fault_is_told_by_types_and_places_and_never_by_its_message(lines: io.StringIO) -> None:
    def fail() -> None:
        try:
            _ = {}["maya@example.com"]
        except KeyError as fault:
            raise ValueError("Key (email)=(maya@example.com) already exists") from fault

    try:
        fail()
    except ValueError:
        structlog.get_logger().exception("work_failed")
        logging.getLogger("some.library").exception("it failed")
    ours, theirs = read(lines)
    assert "maya" not in lines.getvalue()
    assert ours["error"] == theirs["error"] == "builtins.ValueError < builtins.KeyError"
    assert ours["at"][-1].startswith("tests/fortnight/test_logs.py:")
    assert ours["at"][-1].endswith(" fail")


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    structlog.get_logger().debug("detail")
    logging.getLogger("uvicorn.access").info("GET /feeds/1-2-3-f.secret.ics")
    assert lines.getvalue() == ""


def test_a_request_is_logged_without_the_secret_part_of_its_address(lines: io.StringIO) -> None:
    routes = [
        Route("/feeds/{rest}", lambda _: PlainTextResponse("")),
        Route("/healthz", lambda _: PlainTextResponse("")),
        Route("/named", lambda _: PlainTextResponse("", headers={"x-request-id": "request-0001"})),
    ]
    client = TestClient(AccessLog(Starlette(routes=routes)))
    client.get("/feeds/1-2-3-f.s3cret.ics?token=s3cret")
    client.get("/healthz")
    client.get("/nothing")
    client.get("/named")
    found, unknown, named = (line for line in read(lines) if line["event"] == "request")
    assert "s3cret" not in str(found)
    assert (found["method"], found["path"], found["status"]) == ("GET", "/feeds/…", 200)
    assert (unknown["path"], unknown["status"]) == ("/nothing", 404)
    assert found["ms"] >= 0
    assert (named["request_id"], "request_id" in found) == ("request-0001", False)


def test_what_is_done_on_behalf_of_a_request_is_logged_with_its_id(lines: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="request-0001"):
        structlog.get_logger().info("mail_sent")
    structlog.get_logger().info("mail_sent")
    first, second = read(lines)
    assert (first["request_id"], "request_id" in second) == ("request-0001", False)
