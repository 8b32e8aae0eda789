"""Every request is held against Google's own description of its API; what that does not know is refused."""

from typing import Any

import pytest

from calendar_sync.google_double.discovery import methods
from calendar_sync.google_double.service import HANDLERS
from tests.calendar_sync.google_support import MORNING, Raw, plain_http


def reason(answer: Any) -> str:
    return answer.json()["error"]["errors"][0]["reason"]


def test_every_method_that_is_played_stands_in_the_document():
    assert HANDLERS.keys() <= {method.name for method in methods()}


@pytest.mark.parametrize(
    "method", [method for method in methods() if method.name not in HANDLERS], ids=lambda m: m.name
)
def test_a_method_that_google_has_and_the_double_does_not_play_says_so(raw: Raw, method: Any):
    path = method.pattern.pattern.replace("\\", "")
    for name in method.parameters:
        path = path.replace(f"(?P<{name}>[^/]+)", "something")
    required: dict[str, Any] = {
        name: "true" if about["type"] == "boolean" else "something"
        for name, about in method.parameters.items()
        if about.get("required") and about["location"] == "query"
    }
    answer = raw.api(method.http_method, path, body={} if method.body_schema else None, **required)
    assert (answer.status_code, reason(answer)) == (501, "notImplemented")


def test_an_address_that_google_does_not_have_is_not_found(raw: Raw):
    assert raw.api("GET", "calendar/mine").status_code == 404


def test_a_method_that_the_address_does_not_have_is_not_allowed(raw: Raw):
    assert raw.api("DELETE", "freeBusy").status_code == 405


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sendUpdate", "none"),
        ("sendUpdates", "nobody"),
        ("conferenceDataVersion", "2"),
        ("conferenceDataVersion", "-1"),
        ("conferenceDataVersion", "one"),
        ("maxAttendees", "0"),
        ("sendNotifications", "yes"),
        ("eventId", "abcde"),
        ("prettyPrint", "perhaps"),
        ("alt", "media"),
    ],
)
def test_an_unknown_or_ill_typed_parameter_is_refused(raw: Raw, name: str, value: str):
    answer = raw("POST", body=MORNING, **{name: value})
    assert answer.status_code == 400
    assert answer.json()["error"]["errors"][0]["location"] == name
    assert raw.double.events("eva@example.com") == []


def test_a_parameter_that_the_document_requires_is_missed(raw: Raw):
    answer = raw.api("POST", f"calendars/{raw.calendar_id}/events/abcde/move")
    assert (answer.status_code, reason(answer)) == (400, "required")


def test_a_parameter_may_be_repeated_only_where_the_document_says_so(raw: Raw):
    assert raw("GET", maxResults=["1", "2"]).status_code == 400
    assert raw("GET", privateExtendedProperty=["a=1", "b=2"]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {**MORNING, "title": "Coaching"},
        {**MORNING, "start": {"datetime": "2027-03-15T09:00:00Z"}},
        {**MORNING, "summary": 5},
        {**MORNING, "sequence": "1"},
        {**MORNING, "sequence": True},
        {**MORNING, "sequence": 2**31},
        {**MORNING, "attendees": {"email": "maya@example.com"}},
        {**MORNING, "attendees": [{"mail": "maya@example.com"}]},
        {**MORNING, "extendedProperties": {"private": {"n": 1}}},
        {**MORNING, "extendedProperties": {"secret": {}}},
        {**MORNING, "start": {"dateTime": "15 March 2027"}},
        {**MORNING, "start": {"date": "2027-3-15"}},
        {**MORNING, "start": {"date": "2027-02-30"}},
        {**MORNING, "guestsCanModify": "false"},
        {**MORNING, "recurrence": "RRULE:FREQ=WEEKLY"},
        {**MORNING, "start": "2027-03-15T09:00:00Z"},
    ],
    ids=repr,
)
def test_an_unknown_or_ill_typed_field_is_refused(raw: Raw, body: Any):
    answer = raw("POST", body=body)
    assert (answer.status_code, reason(answer)) == (400, "invalid")
    assert raw.double.events("eva@example.com") == []


@pytest.mark.parametrize("content", [b"{", b"[]", b"7", b"null", b"\xff"])
def test_a_body_that_is_no_json_object_is_refused(raw: Raw, content: bytes):

    url, headers = f"{raw.double.url}/calendar/v3/calendars", {"authorization": f"Bearer {raw.token}"}
    with plain_http() as client:
        answer = client.post(url, content=content, headers=headers)
    assert (answer.status_code, reason(answer)) == (400, "parseError")


@pytest.mark.parametrize("name", ["fields", "maxAttendees", "eventLabelVersion"])
def test_a_parameter_that_would_change_the_answer_and_is_not_played_says_so(raw: Raw, name: str):
    assert raw("POST", body=MORNING, **{name: "1"}).status_code == 501


def test_a_long_address_may_come_as_a_post_that_says_get(raw: Raw):
    raw("POST", body=MORNING)
    answer = raw.api(
        "POST", f"calendars/{raw.calendar_id}/events", headers={"x-http-method-override": "GET"}, maxResults="5"
    )
    assert len(answer.json()["items"]) == 1
