"""Accounts and calendars, and what people do in Google's own pages."""

from typing import Any

import pytest

from tests.calendar_sync.google_support import EVA, MORNING, Raw, hour


def test_a_calendar_is_made_and_read(raw: Raw):
    read = raw.api("GET", f"calendars/{raw.calendar_id}").json()
    assert {name: read[name] for name in ("id", "summary", "timeZone", "dataOwner")} == {
        "id": raw.calendar_id,
        "summary": "Coaching",
        "timeZone": "Europe/London",
        "dataOwner": EVA,
    }
    assert raw.calendar_id.endswith("@group.calendar.google.com")


def test_two_calendars_of_one_title_are_two(raw: Raw):
    body = {"summary": "Coaching"}
    assert raw.api("POST", "calendars", body=body).json()["id"] != raw.api("POST", "calendars", body=body).json()["id"]


@pytest.mark.parametrize(
    "body", [{}, {"summary": ""}, {"summary": "Coaching", "timeZone": "Europe/Nowhere"}, {"title": "x"}]
)
def test_a_calendar_without_title_or_zone_is_refused(raw: Raw, body: dict[str, Any]):
    assert raw.api("POST", "calendars", body=body).status_code == 400


def test_a_calendar_that_the_person_deleted_is_not_found_with_all_that_was_in_it(raw: Raw):
    event = raw("POST", body=MORNING).json()["id"]
    raw.double.do("delete-calendar", email=EVA, calendar_id=raw.calendar_id)
    assert raw.api("GET", f"calendars/{raw.calendar_id}").status_code == 404
    assert [raw(*call).status_code for call in (("GET",), ("GET", f"/{event}"), ("DELETE", f"/{event}"))] == [404] * 3
    assert raw("POST", body=MORNING).status_code == 404
    assert raw.double.events(EVA) == []


def test_a_person_can_move_and_delete_an_event_by_hand(raw: Raw):
    made = raw("POST", body={**MORNING, "summary": "Coaching"}).json()
    later = hour("2027-03-15T12:00:00Z", "2027-03-15T12:45:00Z")
    raw.double.do("edit-event", email=EVA, event_id=made["id"], fields={**later, "summary": "My call"})
    read = raw("GET", f"/{made['id']}").json()
    assert (read["summary"], read["start"]["dateTime"], read["sequence"]) == ("My call", "2027-03-15T12:00:00Z", 1)
    assert read["etag"] != made["etag"]
    with pytest.raises(ValueError, match="empty"):
        raw.double.do(
            "edit-event",
            email=EVA,
            event_id=made["id"],
            fields={"end": later["start"] | {"dateTime": "2027-03-15T11:00:00Z"}},
        )
    raw.double.do("delete-event", email=EVA, event_id=made["id"])
    assert raw("GET", f"/{made['id']}").json()["status"] == "cancelled"


def test_a_person_can_take_an_event_out_of_the_trash(raw: Raw):
    made = raw("POST", body=MORNING).json()
    with pytest.raises(ValueError, match="no such event"):
        raw.double.do("restore-event", email=EVA, event_id=made["id"])
    raw.double.do("delete-event", email=EVA, event_id=made["id"])
    raw.double.do("restore-event", email=EVA, event_id=made["id"])
    read = raw("GET", f"/{made['id']}").json()
    assert (read["status"], read["start"], read["etag"] != made["etag"]) == ("confirmed", made["start"], True)


def test_the_n_th_calendar_and_meeting_of_a_store_are_the_same_everywhere(raw: Raw):
    assert raw.calendar_id.startswith("19233f4af7b6")


def test_an_account_can_be_opened_beforehand(raw: Raw):
    raw.double.do("open-account", email="finn@example.com", zone="Europe/Berlin")
    assert raw.double.events("finn@example.com") == []
