"""freeBusy.query says when, never what; what it cannot see is an error, never free (CALENDAR 25)."""

from typing import Any

import pytest

from calendar_sync.google_double import GoogleDouble
from tests.calendar_sync.google_support import EVA, Raw, hour, raw_of

MARCH = {"timeMin": "2027-03-01T00:00:00Z", "timeMax": "2027-04-01T00:00:00Z"}


def ask(raw: Raw, *calendars: str, **more: Any) -> Any:
    return raw.api("POST", "freeBusy", body={**MARCH, "items": [{"id": name} for name in calendars], **more})


def book(raw: Raw, start: str, end: str, **fields: Any) -> None:
    body = {**hour(f"2027-03-15T{start}:00Z", f"2027-03-15T{end}:00Z"), **fields}
    assert raw("POST", body=body).status_code == 200


def test_busy_times_are_merged_and_name_nothing(raw: Raw):
    book(raw, "09:00", "10:00", summary="Secret")
    book(raw, "09:30", "11:00")
    book(raw, "11:00", "11:30")
    book(raw, "15:00", "15:30", transparency="transparent")
    book(raw, "16:00", "16:30", status="tentative")
    answer = ask(raw, raw.calendar_id, timeZone="Europe/Berlin")
    assert answer.json()["calendars"][raw.calendar_id] == {
        "busy": [
            {"start": "2027-03-15T10:00:00+01:00", "end": "2027-03-15T12:30:00+01:00"},
            {"start": "2027-03-15T17:00:00+01:00", "end": "2027-03-15T17:30:00+01:00"},
        ]
    }
    assert "Secret" not in answer.text


def test_a_deleted_event_is_free(raw: Raw):
    book(raw, "09:00", "10:00", id="abcde")
    raw("DELETE", "/abcde")
    assert ask(raw, raw.calendar_id).json()["calendars"][raw.calendar_id]["busy"] == []


def test_a_recurring_event_takes_the_time_of_each_instance_that_stands(raw: Raw):
    book(raw, "09:00", "10:00", id="abcde", recurrence=["RRULE:FREQ=DAILY;COUNT=9"])
    busy = ask(raw, raw.calendar_id).json()["calendars"][raw.calendar_id]["busy"]
    assert len(busy) > 0
    first = busy[0]["start"].replace("-", "").replace(":", "")
    assert raw("DELETE", f"/abcde_{first}").status_code == 204
    assert ask(raw, raw.calendar_id).json()["calendars"][raw.calendar_id]["busy"] == busy[1:]


def test_the_calendar_of_another_person_is_an_error(double: GoogleDouble, raw: Raw):
    other = raw_of(double, email="finn@example.com").calendar_id
    for name in (other, "nobody@example.com"):
        answer = ask(raw, name).json()["calendars"][name]
        assert answer["errors"] == [{"domain": "global", "reason": "notFound"}]


def test_the_primary_calendar_has_a_name_for_everybody(raw: Raw):
    assert ask(raw, "primary", EVA).json()["calendars"].keys() == {"primary", EVA}


@pytest.mark.parametrize(
    "body",
    [
        {"items": []},
        {**MARCH, "timeMin": None, "items": []},
        {**MARCH, "timeMax": "2027-02-01T00:00:00Z", "items": []},
        {**MARCH, "timeMax": "2027-08-01T00:00:00Z", "items": []},
        {**MARCH, "timeMin": "2027-03-01T00:00:00", "items": []},
        {**MARCH, "items": [{"id": f"c{n}"} for n in range(51)]},
        {**MARCH, "items": [{"name": "primary"}]},
        {**MARCH, "timeZone": "Europe/Nowhere", "items": []},
    ],
    ids=lambda body: repr(body)[:60],
)
def test_a_question_that_google_does_not_answer_is_refused(raw: Raw, body: Any):
    assert raw.api("POST", "freeBusy", body=body).status_code == 400
