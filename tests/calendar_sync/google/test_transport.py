"""Every answer of Google has one meaning here: try later, broken, gone, taken, changed, or for good (CALENDAR 19, 20)."""

import json
from datetime import timedelta

import pytest

from calendar_sync.google.failures import (
    Changed,
    ConnectionBroken,
    Duplicate,
    Gone,
    GoogleFailure,
    Permanent,
    Transient,
)
from calendar_sync.google.transport import open_http, refusal, retry_after, unreachable


def body(reason: str) -> bytes:
    return json.dumps({"error": {"errors": [{"domain": "global", "reason": reason}], "code": 0}}).encode()


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (403, "rateLimitExceeded", Transient),
        (403, "userRateLimitExceeded", Transient),
        (403, "quotaExceeded", Transient),
        (403, "dailyLimitExceeded", Transient),
        (403, "forbidden", Permanent),
        (403, "forbiddenForNonOrganizer", Permanent),
        (403, "insufficientPermissions", ConnectionBroken),
        (401, "authError", ConnectionBroken),
        (400, "invalid", Permanent),
        (404, "notFound", Gone),
        (410, "deleted", Gone),
        (409, "duplicate", Duplicate),
        (409, "conflict", Transient),
        (412, "conditionNotMet", Changed),
        (408, "timeout", Transient),
        (429, "rateLimitExceeded", Transient),
        (500, "backendError", Transient),
        (503, "backendError", Transient),
        (599, "", Transient),
        # Google never redirects a call: this is a network that wants somebody to sign in.
        (302, "", Transient),
        (307, "", Transient),
    ],
)
def test_a_refusal_has_one_meaning(status: int, reason: str, expected: type[GoogleFailure]):
    failure = refusal(status, {}, body(reason))
    assert type(failure) is expected
    assert failure.status == status


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>planted-body</html>",
        b"[]",
        b"{}",
        b'{"error": "x"}',
        b'{"error": {"errors": []}}',
        b"\xff",
        b'{"error": {"errors": [7]}}',
    ],
)
@pytest.mark.parametrize(
    ("status", "expected"), [(403, Permanent), (500, Transient), (404, Gone), (409, Transient), (401, ConnectionBroken)]
)
def test_a_refusal_without_a_reason_is_judged_by_its_status(status: int, expected: type[GoogleFailure], content: bytes):
    failure = refusal(status, {}, content)
    assert type(failure) is expected
    assert "planted" not in str(failure)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "0"}, timedelta(0)),
        ({"retry-after": " 30 "}, timedelta(seconds=30)),
        ({"retry-after": "86401"}, timedelta(days=1)),
        ({"retry-after": "9" * 5000}, timedelta(days=1)),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "٣"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "Wed, 25 Nov 2026 08:02:00 GMT"}, None),
        (
            {"retry-after": "Wed, 25 Nov 2026 08:02:00 GMT", "date": "Wed, 25 Nov 2026 08:00:00 GMT"},
            timedelta(minutes=2),
        ),
        ({"retry-after": "Wed, 25 Nov 2026 07:00:00 GMT", "date": "Wed, 25 Nov 2026 08:00:00 GMT"}, timedelta(0)),
        ({"retry-after": "Wed, 25 Nov 2099 08:00:00 GMT", "date": "Wed, 25 Nov 2026 08:00:00 GMT"}, timedelta(days=1)),
        ({"retry-after": "Wed, 25 Nov 2026 08:02:00", "date": "Wed, 25 Nov 2026 08:00:00 GMT"}, None),
    ],
    ids=lambda value: str(value)[:50],
)
def test_when_to_come_back_is_read_and_bounded(headers: dict[str, str], expected: timedelta | None):
    assert retry_after(headers) == expected


def test_a_call_without_an_answer_may_have_been_applied():
    assert str(unreachable(TimeoutError())) == "timeout"
    assert str(unreachable(ConnectionResetError("planted detail"))) == "connectionLost"


@pytest.mark.parametrize(("url", "proxied"), [("http://127.0.0.1:9", False), ("https://www.googleapis.com", True)])
def test_the_loopback_is_never_asked_through_a_proxy(url: str, proxied: bool):
    http_ = open_http(url)
    assert (http_.proxy_info is not None) is proxied
    assert http_.follow_redirects is False
    http_.close()
