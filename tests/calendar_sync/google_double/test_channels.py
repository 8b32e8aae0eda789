"""Channels of the double: made, told over, ended (CALENDAR 28)."""

import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import EVA, MORNING, Raw, raw_of

HERE = "http://127.0.0.1:8000/told"


def watch(raw: Raw, channel: str = "one", **more: Any) -> Any:
    body = {"id": channel, "type": "web_hook", "address": HERE, "token": "a secret", **more}
    return raw("POST", "/watch", body=body)


def told(raw: Raw) -> list[str]:
    return [one["headers"]["X-Goog-Resource-State"] for one in raw.double.do("take-notifications")]


def test_a_new_channel_says_so_and_then_tells_of_each_change(raw: Raw):
    made = watch(raw)
    assert made.status_code == 200
    event = raw("POST", body=MORNING).json()["id"]
    raw("PATCH", f"/{event}", body={"summary": "Another"})
    raw("DELETE", f"/{event}")
    sent = raw.double.do("take-notifications")
    assert [one["headers"]["X-Goog-Resource-State"] for one in sent] == ["sync", "exists", "exists", "exists"]
    assert [one["headers"]["X-Goog-Message-Number"] for one in sent] == ["1", "2", "3", "4"]
    assert {one["headers"]["X-Goog-Channel-Token"] for one in sent} == {"a secret"}
    assert {one["headers"]["X-Goog-Resource-ID"] for one in sent} == {made.json()["resourceId"]}
    assert raw.double.do("take-notifications") == []


def test_what_a_person_does_is_told_too(raw: Raw):
    watch(raw)
    event = raw("POST", body=MORNING).json()["id"]
    raw.double.do("take-notifications")
    raw.double.do("edit-event", email=EVA, event_id=event, fields={"summary": "Mine"})
    raw.double.do("delete-event", email=EVA, event_id=event)
    assert told(raw) == ["exists", "exists"]
    raw.double.do("delete-calendar", email=EVA, calendar_id=raw.calendar_id)
    assert told(raw) == ["not_exists"]


def test_another_calendars_changes_are_not_told(raw: Raw):
    watch(raw)
    told(raw)
    raw.double.do("add-event", email=EVA, fields=MORNING)
    assert told(raw) == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"address": "http://example.com/told"}, 401),
        ({"address": "ftp://127.0.0.1/told"}, 401),
        ({"type": "carrier_pigeon"}, 400),
        ({"id": "no spaces please"}, 400),
        ({"id": ""}, 400),
    ],
)
def test_a_channel_that_cannot_be_is_refused(raw: Raw, body: dict[str, Any], status: int):
    assert watch(raw, **body).status_code == status
    assert told(raw) == []


def test_an_id_is_given_once(raw: Raw):
    assert watch(raw).status_code == 200
    assert watch(raw).status_code == 400


def test_a_stopped_channel_tells_nothing_more_and_cannot_be_stopped_twice(raw: Raw):
    made = watch(raw).json()
    told(raw)
    stop = {"id": made["id"], "resourceId": made["resourceId"]}
    assert raw.api("POST", "channels/stop", body={**stop, "resourceId": "another"}).status_code == 404
    assert raw.api("POST", "channels/stop", body=stop).status_code == 204
    raw("POST", body=MORNING)
    assert told(raw) == []
    assert raw.api("POST", "channels/stop", body=stop).status_code == 404


def test_a_channel_ends_when_it_was_asked_to_and_never_after_a_month(raw: Raw):
    def days(**asked: Any) -> float:
        made = watch(raw, channel=f"c{len(str(asked))}", **asked).json()
        return (datetime.fromtimestamp(int(made["expiration"]) / 1000, UTC) - datetime.now(UTC)) / timedelta(days=1)  # noqa: TID251

    assert days() == pytest.approx(7, abs=0.01)
    assert days(params={"ttl": "86400"}) == pytest.approx(1, abs=0.01)
    assert days(params={"ttl": str(365 * 86400)}) == pytest.approx(30, abs=0.01)


def test_a_channel_that_has_ended_tells_nothing(raw: Raw):
    watch(raw)
    told(raw)
    raw.double.do("expire-channels")
    raw("POST", body=MORNING)
    assert told(raw) == []


def test_messages_are_lost_doubled_and_late_on_demand(raw: Raw, double: GoogleDouble):
    watch(raw)
    told(raw)
    double.fail_next(FaultKind.PUSH_LOST, "push")
    raw("POST", body=MORNING)
    assert told(raw) == []
    double.fail_next(FaultKind.PUSH_DOUBLED, "push")
    raw("POST", body=MORNING)
    first, second = double.do("take-notifications")
    assert first == second
    double.fail_next(FaultKind.PUSH_LATE, "push", seconds=0)
    raw("POST", body=MORNING)
    assert told(raw) == []
    assert told(raw) == ["exists"]


def test_no_other_account_can_watch_a_calendar(raw: Raw, double: GoogleDouble):
    other = raw_of(double, email="dan@example.com")
    other.calendar_id = raw.calendar_id
    assert watch(other).status_code == 404


class Listener(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.heard.append(dict(self.headers))  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue,reportUnknownMemberType]
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        return


def test_a_double_that_notifies_carries_its_messages_to_the_address():
    server = HTTPServer(("127.0.0.1", 0), Listener)
    heard: list[dict[str, str]] = []
    server.heard = heard  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    Thread(target=server.serve_forever, daemon=True).start()
    with GoogleDouble(notify=True) as double:
        raw = raw_of(double)
        address = f"http://127.0.0.1:{server.server_port}/told"
        assert watch(raw, address=address).status_code == 200
        raw("POST", body=MORNING)
        for _ in range(200):
            if len(heard) == 2:
                break
            time.sleep(0.02)
    server.shutdown()
    server.server_close()
    assert [one["X-Goog-Resource-State"] for one in heard] == ["sync", "exists"]
