"""Faults on demand: which calls they hit, what the caller sees, and what was done all the same."""

from collections.abc import Callable
from typing import Any

import httpx2 as httpx
import pytest

from calendar_sync.google_double import FaultKind
from calendar_sync.google_double.faults import ANYWHERE, CALENDAR_ONLY, CONFERENCES, CONSENT, PUSHES, TOKEN
from tests.calendar_sync.google_support import EVA, MORNING, Raw, plain_http

BROKEN = frozenset({
    FaultKind.SLOW, FaultKind.RESET, FaultKind.ANSWER_LOST, FaultKind.ANSWER_DROPPED, FaultKind.ANSWER_TORN,
})  # fmt: skip
REFUSALS = [
    (FaultKind.RATE_LIMITED, 429, "rateLimitExceeded"),
    (FaultKind.RATE_LIMIT, 403, "rateLimitExceeded"),
    (FaultKind.USER_RATE_LIMIT, 403, "userRateLimitExceeded"),
    (FaultKind.QUOTA, 403, "quotaExceeded"),
    (FaultKind.FORBIDDEN, 403, "forbidden"),
    (FaultKind.BACKEND_ERROR, 500, "backendError"),
    (FaultKind.UNAVAILABLE, 503, "backendError"),
    (FaultKind.NOT_AUTHORISED, 401, "authError"),
]


def test_every_kind_has_a_place():
    assert frozenset(FaultKind) == ANYWHERE | CALENDAR_ONLY | CONFERENCES | CONSENT | PUSHES | TOKEN


@pytest.mark.parametrize(("kind", "status", "reason"), REFUSALS, ids=str)
def test_a_refusal_is_googles_and_nothing_was_done(raw: Raw, kind: FaultKind, status: int, reason: str):
    raw.double.fail_next(kind, "events.insert")
    answer = raw("POST", body=MORNING)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (status, reason)
    assert raw.double.events(EVA) == []
    assert raw("POST", body=MORNING).status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [(FaultKind.BAD_GATEWAY, 502), (FaultKind.GATEWAY_TIMEOUT, 504), (FaultKind.HTML, 200)]
)
def test_a_page_comes_in_place_of_an_answer_and_nothing_was_done(raw: Raw, kind: FaultKind, status: int):
    raw.double.fail_next(kind, "events.insert")
    answer = raw("POST", body=MORNING)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=UTF-8")
    assert raw.double.events(EVA) == []


@pytest.mark.parametrize(
    ("kind", "done"),
    [(FaultKind.RESET, 0), (FaultKind.ANSWER_LOST, 1), (FaultKind.ANSWER_DROPPED, 1), (FaultKind.ANSWER_TORN, 1)],
)
def test_a_broken_connection_tells_nothing_of_what_was_done(raw: Raw, kind: FaultKind, done: int):
    raw.double.fail_next(kind, "events.insert")
    with pytest.raises(httpx.TransportError):
        raw("POST", body=MORNING)
    assert len(raw.double.events(EVA)) == done
    line = raw.double.log()[-1]
    assert (line["call"], line["status"], line["fault"]) == ("events.insert", 200 if done else None, str(kind))


def test_a_slow_answer_comes_late(raw: Raw):
    raw.double.fail_next(FaultKind.SLOW, "events.insert", seconds=0.3)
    answer = raw("POST", body=MORNING)
    assert answer.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize("said", ["7", "Wed, 25 Nov 2026 08:00:00 GMT"])
def test_a_refusal_can_say_when_to_come_back(raw: Raw, said: str):
    raw.double.fail_next(FaultKind.UNAVAILABLE, "events.insert", retry_after=said)
    assert raw("POST", body=MORNING).headers["retry-after"] == said


def outcomes(number: int, call: Callable[[], httpx.Response]) -> list[int]:
    return [call().status_code for _ in range(number)]


def test_a_fault_hits_as_many_calls_as_it_was_ordered_for(raw: Raw):
    raw.double.fail_next(FaultKind.UNAVAILABLE, "events.list", times=2, skip=1)
    assert outcomes(5, lambda: raw("GET")) == [200, 503, 503, 200, 200]


def test_a_fault_hits_only_calls_that_it_names(raw: Raw):
    with raw.double.fail_while(FaultKind.UNAVAILABLE, "events.*", account=EVA):
        assert raw("GET").status_code == 503
        assert raw.api("GET", f"calendars/{raw.calendar_id}").status_code == 200
    assert raw("GET").status_code == 200
    with raw.double.fail_while(FaultKind.UNAVAILABLE, account="finn@example.com"):
        assert raw("GET").status_code == 200


def test_faults_end_with_their_block_and_on_demand(raw: Raw):
    with raw.double.fail_while(FaultKind.UNAVAILABLE):
        assert outcomes(3, lambda: raw("GET")) == [503, 503, 503]
        raw.double.do("clear-faults")
        assert raw("GET").status_code == 200
    assert raw.double.do("standing-faults") == []


def test_the_older_order_comes_first(raw: Raw):
    raw.double.fail_next(FaultKind.UNAVAILABLE)
    raw.double.fail_next(FaultKind.QUOTA)
    assert outcomes(3, lambda: raw("GET")) == [503, 403, 200]


@pytest.mark.parametrize("kind", sorted(ANYWHERE - BROKEN))
@pytest.mark.parametrize("path", ["token", "revoke"])
def test_the_token_and_revoke_addresses_fail_too(raw: Raw, kind: FaultKind, path: str):
    raw.double.fail_next(kind, f"oauth.{path}")
    with plain_http() as client:
        answer = client.post(f"{raw.double.url}/{path}", data={"token": raw.token})
        assert answer.status_code == int(kind[:3])
    assert raw("GET").status_code == 200


@pytest.mark.parametrize(("kind", "content"), [(FaultKind.EMPTY, b"{}"), (FaultKind.NONSENSE, b"\xff\xfe\xfd")])
def test_an_answer_can_be_empty_or_no_text_at_all(raw: Raw, kind: FaultKind, content: bytes):
    raw.double.fail_next(kind, "events.insert")
    answer = raw("POST", body=MORNING)
    assert (answer.status_code, answer.content) == (200, content)
    assert raw.double.events(EVA) == []


def test_an_unknown_order_is_refused(raw: Raw):
    orders: list[dict[str, Any]] = [
        {"kind": "thunder"},
        {"kind": "slow", "loud": True},
        {},
        {"kind": "slow", "times": 0},
    ]
    for order in orders:
        with pytest.raises(ValueError, match="validation error"):
            raw.double.do("add-fault", **order)
