"""Times: the offset decides the instant, the zone stays beside it, answers are written in the calendar's zone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.google_double.moments import instant, is_instant, kept, shown, written
from tests.calendar_sync.google_support import Raw, hour


def moment(text: str, zone: str | None = None) -> dict[str, Any]:
    return kept({"dateTime": text, "timeZone": zone}, "Europe/London", "start")


@pytest.mark.parametrize(
    ("text", "zone", "instant_", "zone_kept"),
    [
        ("2027-03-15T09:00:00Z", None, "2027-03-15T09:00:00Z", "Europe/London"),
        ("2027-03-15T09:00:00+01:00", "Europe/Berlin", "2027-03-15T08:00:00Z", "Europe/Berlin"),
        ("2027-03-15T09:00:00", "America/New_York", "2027-03-15T13:00:00Z", "America/New_York"),
        ("2027-03-15T09:00:00.999Z", None, "2027-03-15T09:00:00Z", "Europe/London"),
        # An offset that is not the zone's: the offset has the instant, the zone the display.
        ("2027-03-15T09:00:00-05:00", "Europe/Berlin", "2027-03-15T14:00:00Z", "Europe/Berlin"),
        # In the gap of 28 March: moved forward by the gap. Twice on 31 October: the first time.
        ("2027-03-28T02:30:00", "Europe/Berlin", "2027-03-28T01:30:00Z", "Europe/Berlin"),
        ("2027-10-31T02:30:00", "Europe/Berlin", "2027-10-31T00:30:00Z", "Europe/Berlin"),
        ("2027-10-31T02:30:00+01:00", "Europe/Berlin", "2027-10-31T01:30:00Z", "Europe/Berlin"),
    ],
)
def test_a_time_means_the_instant_that_google_would_take_it_for(
    text: str, zone: str | None, instant_: str, zone_kept: str
):
    assert moment(text, zone) == {"dateTime": instant_, "timeZone": zone_kept}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"dateTime": "2027-03-15T09:00:00"},
        {"dateTime": "2027-03-15T09:00:00", "timeZone": "Europe/Nowhere"},
        {"dateTime": "2027-03-15T09:00:00", "timeZone": "../../etc/passwd"},
        {"dateTime": "2027-03-15T09:00:00Z", "date": "2027-03-15"},
        {"timeZone": "Europe/Berlin"},
    ],
    ids=repr,
)
def test_a_time_that_means_nothing_is_refused(raw: Raw, sent: Any):
    answer = raw("POST", body={"start": sent, "end": {"dateTime": "2027-03-15T09:45:00Z"}})
    assert answer.status_code == 400


def test_an_answer_is_written_in_the_zone_of_the_calendar(raw: Raw):
    body = hour("2027-06-15T09:00:00-04:00", "2027-06-15T09:45:00-04:00", "America/New_York")
    start = raw("POST", body=body).json()["start"]
    assert start == {"dateTime": "2027-06-15T14:00:00+01:00", "timeZone": "America/New_York"}


def test_an_answer_is_written_in_the_zone_that_was_asked_for(raw: Raw):
    made = raw("POST", body=hour("2027-06-15T09:00:00Z", "2027-06-15T09:45:00Z")).json()
    read = raw("GET", f"/{made['id']}", timeZone="Asia/Kolkata").json()
    assert read["start"] == {"dateTime": "2027-06-15T14:30:00+05:30", "timeZone": "Europe/London"}


def test_whole_days_stay_days(raw: Raw):
    body = {"start": {"date": "2027-06-15"}, "end": {"date": "2027-06-16"}}
    assert raw("POST", body=body).json()["start"] == {"date": "2027-06-15"}
    assert raw("POST", body={**body, "end": {"date": "2027-06-15"}}).status_code == 400
    assert raw("POST", body={**body, "end": {"dateTime": "2027-06-15T10:00:00Z"}}).status_code == 400


def test_a_day_becomes_a_time_only_when_the_day_is_cleared(raw: Raw):
    made = raw("POST", body={"start": {"date": "2027-06-15"}, "end": {"date": "2027-06-16"}}).json()
    times = hour("2027-06-15T09:00:00Z", "2027-06-15T09:45:00Z")
    assert raw("PATCH", f"/{made['id']}", body=times).status_code == 400
    cleared = {side: {"date": None, **times[side]} for side in ("start", "end")}
    assert raw("PATCH", f"/{made['id']}", body=cleared).status_code == 200


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-15 09:00:00Z",
        "2027-W11-1T09:00:00Z",
        "2027-03-15T09:00Z",
        "2027-03-15T09:00:00,5Z",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_what_is_not_rfc_3339_is_no_instant(text: str):
    assert not is_instant(text)


def test_a_time_without_an_offset_is_no_instant():
    with pytest.raises(ValueError, match="offset"):
        instant("2027-03-15T09:00:00")


@given(
    st.datetimes(datetime(1970, 1, 2), datetime(2100, 1, 1), timezones=st.timezones()),
    st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/New_York"]),
)
def test_writing_and_reading_an_instant_gives_it_back(moment_: datetime, zone: str):
    assert instant(written(moment_, zone)) == moment_.astimezone(UTC).replace(microsecond=0)


def test_shown_and_kept_are_inverse_in_every_zone():
    for zone in ("UTC", "Europe/Berlin", "Pacific/Apia"):
        start = moment("2027-10-31T00:30:00Z", "Europe/Berlin")
        assert kept(shown(start, zone), "UTC", "start") == start
