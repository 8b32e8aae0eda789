"""The log says what reached the double, in order, and holds nothing secret."""

import json
from pathlib import Path

from calendar_sync.google_double import GoogleDouble
from tests.calendar_sync.google_support import (
    EVA,
    MORNING,
    VERIFIER,
    Raw,
    brought_back,
    calls,
    consent_url,
    endpoints_of,
    granted,
    plain_http,
    raw_of,
)


def test_a_line_says_who_asked_for_what_and_what_came_of_it(raw: Raw):
    raw("POST", body={**MORNING, "id": "abcde", "summary": "Coaching"}, sendUpdates="none")
    line = raw.double.log()[-1]
    assert {name: line[name] for name in ("call", "account", "method", "status", "fault", "query")} == {
        "call": "events.insert",
        "account": EVA,
        "method": "POST",
        "status": 200,
        "fault": None,
        "query": {"sendUpdates": "none"},
    }
    assert line["path"] == f"/calendar/v3/calendars/{raw.calendar_id}/events"
    assert line["body"] == {**MORNING, "id": "abcde", "summary": "Coaching"}


def test_a_refused_request_is_in_the_log_too(raw: Raw):
    raw("POST", body={**MORNING, "title": "?"}, nonsense="1")
    raw.api("GET", "nowhere")
    assert [(line["call"], line["status"]) for line in raw.double.log()[-2:]] == [("events.insert", 400), (None, 404)]


def test_lines_are_numbered_and_can_be_read_from_a_mark(raw: Raw):
    numbers = [line["number"] for line in raw.double.log()]
    assert numbers == list(range(1, len(numbers) + 1))
    raw("GET")
    assert [line["call"] for line in raw.double.log(since=numbers[-1])] == ["events.list"]


def test_reading_pages_leaves_no_line(raw: Raw):
    before = raw.double.log()
    with plain_http() as client:
        for path in ("", f"calendar/{EVA}", "meet/abc-defg-hij"):
            assert client.get(f"{raw.double.url}/{path}").status_code == 200
    assert raw.double.log() == before


def test_neither_log_nor_store_nor_repr_holds_a_secret(tmp_path: Path):
    path = tmp_path / "google.sqlite3"
    with GoogleDouble(store=path) as double:
        url = consent_url(endpoints_of(double))
        tokens = granted(double)
        code = brought_back(double.consent(url))["code"]
        raw = raw_of(double)
        raw("GET", oauth_token="planted-in-the-query", key="planted-key")
        told = json.dumps(double.log()) + repr(double) + repr(double.service) + repr(raw)
        assert calls(double)
    kept = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (
        tokens.access_token,
        tokens.refresh_token or "",
        code,
        raw.token,
        VERIFIER,
        "demo-secret",
        "the-state",
        "planted-in-the-query",
        "planted-key",
    ):
        assert secret not in told
        assert secret.encode() not in kept
