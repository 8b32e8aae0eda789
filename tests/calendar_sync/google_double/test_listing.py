"""Listing: filters, pages, sync tokens (CALENDAR 17, 26, 27)."""

from typing import Any

import pytest

from calendar_sync.google_double.listing import NOT_WITH_SYNC_TOKEN
from tests.calendar_sync.google_support import EVA, Raw, hour


def day(number: int, **fields: Any) -> dict[str, Any]:
    start = f"2027-03-{number:02d}T"
    return {**hour(f"{start}09:00:00Z", f"{start}09:45:00Z"), "id": f"event{number:02d}", **fields}


@pytest.fixture
def filled(raw: Raw) -> Raw:
    for number in (3, 1, 2):
        fields = {
            "summary": f"Day {number}",
            "extendedProperties": {"private": {"n": str(number)}, "shared": {"s": "x"}},
        }
        assert raw("POST", body=day(number, **fields)).status_code == 200
    return raw


def ids(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [item["id"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["event03", "event01", "event02"]),
        ({"privateExtendedProperty": "n=2"}, ["event02"]),
        ({"privateExtendedProperty": ["n=2", "n=3"]}, []),
        ({"sharedExtendedProperty": "s=x", "privateExtendedProperty": "n=1"}, ["event01"]),
        ({"privateExtendedProperty": "s=x"}, []),
        ({"timeMin": "2027-03-01T09:45:00Z"}, ["event03", "event02"]),
        ({"timeMin": "2027-03-01T09:44:59Z", "timeMax": "2027-03-02T09:00:00Z"}, ["event01"]),
        ({"orderBy": "startTime", "singleEvents": "true"}, ["event01", "event02", "event03"]),
        ({"orderBy": "updated"}, ["event03", "event01", "event02"]),
        ({"q": "day 2"}, ["event02"]),
        ({"iCalUID": "event01@google.com"}, ["event01"]),
        ({"eventTypes": "birthday"}, []),
    ],
)
def test_a_listing_holds_what_was_asked_for(filled: Raw, query: dict[str, Any], expected: list[str]):
    assert ids(filled("GET", **query)) == expected


@pytest.mark.parametrize(
    "query",
    [
        {"orderBy": "startTime"},
        {"timeMin": "2027-03-02T00:00:00Z", "timeMax": "2027-03-01T00:00:00Z"},
        {"timeMin": "2027-03-02"},
        {"timeZone": "Europe/Nowhere"},
        {"privateExtendedProperty": "n"},
        {"pageToken": "nonsense"},
        {"orderBy": "size"},
    ],
    ids=repr,
)
def test_a_question_that_google_does_not_answer_is_refused(filled: Raw, query: dict[str, Any]):
    assert filled("GET", **query).status_code == 400


def test_deleted_events_are_listed_on_request_only(filled: Raw):
    filled("DELETE", "/event01")
    assert ids(filled("GET")) == ["event03", "event02"]
    assert ids(filled("GET", showDeleted="true")) == ["event03", "event01", "event02"]


def test_pages_hold_every_event_once(filled: Raw):
    first = filled("GET", maxResults=2)
    assert "nextSyncToken" not in first.json()
    second = filled("GET", maxResults=2, pageToken=first.json()["nextPageToken"])
    assert ids(first) + ids(second) == ["event03", "event01", "event02"]
    assert "nextPageToken" not in second.json()
    assert "nextSyncToken" in second.json()


def test_a_page_token_belongs_to_its_question(filled: Raw):
    token = filled("GET", maxResults=2).json()["nextPageToken"]
    assert filled("GET", maxResults=1, pageToken=token).status_code == 400


def test_a_sync_token_leads_to_what_changed_since(filled: Raw):
    token = filled("GET").json()["nextSyncToken"]
    assert ids(filled("GET", syncToken=token)) == []
    filled("PATCH", "/event02", body={"summary": "New"})
    filled("DELETE", "/event03")
    changed = filled("GET", syncToken=token)
    assert {item["id"]: item["status"] for item in changed.json()["items"]} == {
        "event02": "confirmed",
        "event03": "cancelled",
    }
    assert ids(filled("GET", syncToken=changed.json()["nextSyncToken"])) == []


def test_a_sync_token_belongs_to_its_calendar(filled: Raw):
    made = filled.api("POST", "calendars", body={"summary": "Other", "timeZone": "Europe/London"}).json()
    foreign = filled.api("GET", f"calendars/{made['id']}/events").json()["nextSyncToken"]
    assert filled("GET", syncToken=foreign).status_code == 400


@pytest.mark.parametrize("name", sorted(NOT_WITH_SYNC_TOKEN))
def test_a_sync_token_goes_with_no_filter(filled: Raw, name: str):
    values = {"orderBy": "updated", "timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z"}
    value = values.get(name, "2027-03-01T00:00:00Z" if name == "updatedMin" else "n=1")
    token = filled("GET").json()["nextSyncToken"]
    assert filled("GET", **{"syncToken": token, name: value}).status_code == 400


def test_a_sync_token_always_shows_deleted_events(filled: Raw):
    token = filled("GET").json()["nextSyncToken"]
    assert filled("GET", syncToken=token, showDeleted="false").status_code == 400


@pytest.mark.parametrize("spoil", ["forgotten", "nonsense"])
def test_a_sync_token_that_is_no_longer_good_is_gone(filled: Raw, spoil: str):
    token = filled("GET").json()["nextSyncToken"]
    filled.double.do("forget-sync-tokens")
    answer = filled("GET", syncToken=token if spoil == "forgotten" else "nonsense")
    assert answer.status_code == 410
    assert answer.json()["error"]["errors"][0]["reason"] == "fullSyncRequired"
    assert ids(filled("GET", syncToken=filled("GET").json()["nextSyncToken"])) == []


def test_a_recurring_event_is_listed_as_one_or_one_by_one(filled: Raw):
    filled("PATCH", "/event01", body={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"]})
    assert ids(filled("GET", singleEvents="true", orderBy="startTime")) == [
        "event01_20270301T090000Z",
        "event02",
        "event03",
        "event01_20270308T090000Z",
        "event01_20270315T090000Z",
    ]
    assert len(filled.double.events(EVA)) == 3
    assert ids(filled("GET", timeMin="2027-03-08T08:00:00Z")) == ["event01"]
    assert ids(filled("GET", timeMin="2027-03-16T08:00:00Z")) == []
