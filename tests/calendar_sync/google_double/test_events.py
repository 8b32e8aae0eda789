"""Events are written, read and deleted as Google does it."""

import json
from typing import Any

import pytest

from calendar_sync.google_double import GoogleDouble
from tests.calendar_sync.google_support import EVA, MORNING, Raw, hour, plain_http, raw_of

ID = "abcde12345"


def insert(raw: Raw, **fields: Any) -> dict[str, Any]:
    answer = raw("POST", body={**MORNING, "id": ID, "summary": "Coaching", **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def reason(answer: Any) -> str:
    return answer.json()["error"]["errors"][0]["reason"]


def test_an_event_reads_as_it_was_written(raw: Raw):
    made = insert(raw, description="Bring a question.", extendedProperties={"private": {"ours": "1"}})
    assert made == raw("GET", f"/{ID}").json()
    assert (made["id"], made["status"], made["sequence"]) == (ID, "confirmed", 0)
    assert (made["summary"], made["description"]) == ("Coaching", "Bring a question.")
    assert made["extendedProperties"] == {"private": {"ours": "1"}}
    assert made["iCalUID"] == f"{ID}@google.com"
    assert made["creator"] == {"email": EVA, "self": True}


def test_an_event_without_an_id_is_given_one(raw: Raw):
    one, two = (raw("POST", body=MORNING).json()["id"] for _ in range(2))
    assert one != two


@pytest.mark.parametrize("chosen", ["abcd", "abcdw", "ABCDE", "abc-de", "", "a" * 1025])
def test_an_id_that_is_not_base32hex_is_refused(raw: Raw, chosen: str):
    answer = raw("POST", body={**MORNING, "id": chosen})
    assert (answer.status_code, reason(answer)) == (400, "invalid")


def test_id_and_icaluid_never_go_together(raw: Raw):
    assert raw("POST", body={**MORNING, "id": ID, "iCalUID": "x@example.com"}).status_code == 400


def test_a_taken_id_is_a_duplicate(raw: Raw):
    insert(raw)
    answer = raw("POST", body={**MORNING, "id": ID})
    assert (answer.status_code, reason(answer)) == (409, "duplicate")


def test_a_deleted_id_stays_taken(raw: Raw):
    insert(raw)
    assert raw("DELETE", f"/{ID}").status_code == 204
    assert raw("POST", body={**MORNING, "id": ID}).status_code == 409


def test_the_same_id_is_free_in_another_calendar(double: GoogleDouble, raw: Raw):
    insert(raw)
    insert(raw_of(double, email="finn@example.com"))
    assert len(double.events(EVA)) == len(double.events("finn@example.com")) == 1


def test_a_deleted_event_reads_as_cancelled_and_is_deleted_once(raw: Raw):
    made = insert(raw)
    assert raw("DELETE", f"/{ID}").content == b""
    read = raw("GET", f"/{ID}").json()
    assert read["status"] == "cancelled"
    assert read["etag"] != made["etag"]
    again = raw("DELETE", f"/{ID}")
    assert (again.status_code, reason(again)) == (410, "deleted")
    assert raw.double.events(EVA) == []
    assert [event["status"] for event in raw.double.events(EVA, deleted=True)] == ["cancelled"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "PUT"])
def test_an_unknown_event_is_not_found(raw: Raw, method: str):
    answer = raw(method, "/nothere", body=None if method in ("GET", "DELETE") else MORNING)
    assert (answer.status_code, reason(answer)) == (404, "notFound")


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
def test_nobody_revives_a_deleted_event_by_a_write(raw: Raw, method: str):
    insert(raw)
    raw("DELETE", f"/{ID}")
    assert raw(method, f"/{ID}", body={**MORNING, "status": "confirmed"}).status_code == 403


def test_a_patch_leaves_what_it_does_not_name(raw: Raw):
    insert(raw, description="Stays.", location="Here", extendedProperties={"private": {"a": "1", "b": "2"}})
    patched = raw(
        "PATCH", f"/{ID}", body={"summary": "New", "location": None, "extendedProperties": {"private": {"b": "3"}}}
    ).json()
    assert (patched["summary"], patched["description"]) == ("New", "Stays.")
    assert "location" not in patched
    assert patched["extendedProperties"]["private"] == {"a": "1", "b": "3"}


def test_a_patch_replaces_arrays_whole(raw: Raw):
    insert(raw, attendees=[{"email": "maya@example.com"}, {"email": "leo@example.com"}])
    patched = raw("PATCH", f"/{ID}", body={"attendees": [{"email": "nora@example.com"}]}).json()
    assert [guest["email"] for guest in patched["attendees"]] == ["nora@example.com"]


def test_a_put_clears_what_it_leaves_out(raw: Raw):
    insert(raw, description="Goes.", recurrence=["RRULE:FREQ=WEEKLY"])
    put = raw("PUT", f"/{ID}", body={**MORNING, "summary": "New"}).json()
    assert put["summary"] == "New"
    assert "description" not in put
    assert "recurrence" not in put
    assert put["iCalUID"] == f"{ID}@google.com"


def test_a_put_without_times_is_refused(raw: Raw):
    insert(raw)
    assert raw("PUT", f"/{ID}", body={"summary": "New"}).status_code == 400


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_a_write_on_an_older_state_fails(raw: Raw, method: str):
    old = insert(raw)["etag"]
    raw("PATCH", f"/{ID}", body={"summary": "Changed meanwhile"})
    path = f"calendars/{raw.calendar_id}/events/{ID}"
    body = None if method == "DELETE" else {**MORNING, "summary": "Mine"}
    answer = raw.api(method, path, body=body, headers={"if-match": old})
    assert (answer.status_code, reason(answer)) == (412, "conditionNotMet")
    assert raw("GET", f"/{ID}").json()["summary"] == "Changed meanwhile"


def test_a_write_on_the_present_state_succeeds(raw: Raw):
    etag = insert(raw)["etag"]
    path = f"calendars/{raw.calendar_id}/events/{ID}"
    assert raw.api("PATCH", path, body={"summary": "Mine"}, headers={"if-match": etag}).status_code == 200
    assert raw.api("PATCH", path, body={"summary": "Any"}, headers={"if-match": "*"}).status_code == 200


def test_the_sequence_never_falls(raw: Raw):
    insert(raw, sequence=3)
    answer = raw("PATCH", f"/{ID}", body={"sequence": 2})
    assert (answer.status_code, reason(answer)) == (400, "invalid")
    assert raw("PATCH", f"/{ID}", body={"sequence": 4}).json()["sequence"] == 4
    later = hour("2027-03-15T10:00:00Z", "2027-03-15T10:45:00Z")
    assert raw("PATCH", f"/{ID}", body=later).json()["sequence"] == 5
    assert raw("PATCH", f"/{ID}", body={"summary": "Same time"}).json()["sequence"] == 5


def test_fields_that_only_google_writes_are_left_out_of_account(raw: Raw):
    made = insert(raw)
    sent = {**made, "created": "2001-01-01T00:00:00Z", "hangoutLink": "https://example.com", "summary": "New"}
    put = raw("PUT", f"/{ID}", body=sent).json()
    assert put["created"] == made["created"]
    assert "hangoutLink" not in put
    assert put["summary"] == "New"


def test_an_event_whose_end_is_before_its_start_is_refused(raw: Raw):
    body = hour("2027-03-15T10:00:00Z", "2027-03-15T09:00:00Z")
    answer = raw("POST", body=body)
    assert (answer.status_code, reason(answer)) == (400, "timeRangeEmpty")


def test_a_status_that_google_does_not_know_is_refused(raw: Raw):
    assert raw("POST", body={**MORNING, "status": "maybe"}).status_code == 400
    assert raw("POST", body={**MORNING, "status": "cancelled"}).status_code == 400
    assert insert(raw, status="tentative")["status"] == "tentative"


def test_a_field_of_64_bits_is_written_as_text(raw: Raw):
    def sent(value: object) -> int:
        return raw.api("POST", "channels/stop", body={"expiration": value}).status_code

    assert [sent(value) for value in ("1801440000000", 1801440000000, "soon", str(2**63))] == [404, 400, 400, 400]


def test_text_that_is_no_text_does_no_harm(raw: Raw):
    """JSON can name half of a character; no UTF-8 can carry it."""
    content = json.dumps({**MORNING, "description": "a\ud800b"}).encode()
    url, headers = f"calendars/{raw.calendar_id}/events", {"authorization": f"Bearer {raw.token}"}
    with plain_http() as client:
        answer = client.post(f"{raw.double.url}/calendar/v3/{url}", content=content, headers=headers)
    assert answer.json()["description"] == "a?b"
