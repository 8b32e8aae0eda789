"""A session as a Google event, and what differs between the two: pure, over every fold and gap of summer time."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.mapping import (
    SESSION_PROPERTY,
    TEXT_PROPERTY,
    ConferenceStatus,
    EventKey,
    EventStatus,
    SessionEvent,
    changes,
    conference_of,
    new_event,
    private_properties,
    sequence,
)
from tests.calendar_sync.google_support import KEY, own_calendar, session_event

BERLIN_ENDS_SUMMER = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
"""02:30 in Berlin for the first time; an hour later it is 02:30 again."""


def at(instant: datetime, zone: str, *, minutes: int = 45, **more: Any) -> SessionEvent:
    starts, ends = (SessionEvent.wall_time(moment, zone) for moment in (instant, instant + timedelta(minutes=minutes)))
    return session_event(starts=starts, ends=ends, zone=zone, **more)


def remote(wanted: SessionEvent, **changed: Any) -> dict[str, Any]:
    """The event as Google would show it after an insert."""
    return {**new_event(wanted, KEY, 0), "etag": '"1"', "hangoutLink": "https://meet.example.com/a", **changed}


# -- keys and ids -------------------------------------------------------------------------------------------------------


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**63), st.integers(1, 2**63), st.integers(0, 10**6))
def test_an_event_id_is_one_that_google_takes(secret: bytes, organisation: int, session: int, generation: int):
    key = EventKey.of(secret, organisation=organisation, session=session)
    assert re.fullmatch(r"[a-v0-9]{5,1024}", key.event_id(generation))
    assert key.event_id(generation) != key.event_id(generation + 1)


def test_no_two_sessions_organisations_or_installations_share_a_key():
    keys = [
        EventKey.of(secret, organisation=organisation, session=session).value
        for secret in (b"a" * 32, b"b" * 32)
        for organisation, session in [(1, 11), (11, 1), (1, 1), (111, 1)]
    ]
    assert len(set(keys)) == len(keys)


# -- the new event ------------------------------------------------------------------------------------------------------


def test_a_new_event_carries_our_id_our_key_and_asks_for_a_meet_link():
    body = new_event(session_event(sequence=3), KEY, 2)
    assert body["id"] == KEY.event_id(2)
    assert "iCalUID" not in body
    assert body["extendedProperties"]["private"][SESSION_PROPERTY] == KEY.value
    request = body["conferenceData"]["createRequest"]
    assert request == {"requestId": KEY.event_id(2), "conferenceSolutionKey": {"type": "hangoutsMeet"}}
    assert (body["status"], body["sequence"]) == ("confirmed", 3)


def test_a_session_without_a_meet_asks_for_none():
    assert "conferenceData" not in new_event(session_event(conference=False), KEY, 0)


@pytest.mark.parametrize(
    ("instant", "zone", "expected"),
    [
        (datetime(2027, 3, 15, 9, 0, tzinfo=UTC), "Europe/London", "2027-03-15T09:00:00+00:00"),
        (datetime(2027, 6, 15, 9, 0, tzinfo=UTC), "America/New_York", "2027-06-15T05:00:00-04:00"),
        (BERLIN_ENDS_SUMMER, "Europe/Berlin", "2027-10-31T02:30:00+02:00"),
        (BERLIN_ENDS_SUMMER + timedelta(hours=1), "Europe/Berlin", "2027-10-31T02:30:00+01:00"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "Europe/Berlin", "2027-03-28T03:00:00+02:00"),
    ],
)
def test_times_go_out_as_wall_time_with_offset_and_zone(instant: datetime, zone: str, expected: str):
    assert new_event(at(instant, zone), KEY, 0)["start"] == {"dateTime": expected, "timeZone": zone}


@pytest.mark.parametrize("minutes", [15, 30, 45, 60, 90])
def test_a_session_across_the_end_of_summer_time_is_an_event(minutes: int):
    """On the wall it may end before it starts: 02:45 to 02:15."""
    wanted = at(BERLIN_ENDS_SUMMER + timedelta(minutes=15), "Europe/Berlin", minutes=minutes)
    body = new_event(wanted, KEY, 0)
    starts, ends = (datetime.fromisoformat(body[side]["dateTime"]) for side in ("start", "end"))
    assert ends.astimezone(UTC) - starts.astimezone(UTC) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "changed",
    [
        {"ends": datetime(2027, 3, 15, 9, 0)},
        {"ends": datetime(2027, 3, 15, 8, 59)},
        {"starts": datetime(2027, 3, 15, 9, 0, tzinfo=UTC)},
        {"ends": datetime(2027, 3, 15, 9, 45, tzinfo=UTC)},
    ],
    ids=repr,
)
def test_what_is_no_wall_time_or_no_span_is_refused(changed: dict[str, Any]):
    with pytest.raises(ValueError, match=r"wall times|ends after"):
        session_event(**changed)


# -- what differs -------------------------------------------------------------------------------------------------------


def differing(wanted: SessionEvent, seen: dict[str, Any], *, ask: bool = False) -> dict[str, Any]:
    return changes(wanted, KEY, seen, ask_for_conference=ask)


def test_an_event_that_agrees_needs_no_change():
    assert differing(session_event(), remote(session_event())) == {}


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kathmandu"]
    ),
    st.sampled_from(["UTC", "Europe/London", "Pacific/Apia"]),
)
def test_the_same_instant_in_another_offset_is_no_difference(instant: datetime, zone: str, shown_in: str):
    wanted = at(instant.replace(second=0, microsecond=0), zone)
    seen = remote(wanted)
    for side in ("start", "end"):
        there = datetime.fromisoformat(seen[side]["dateTime"]).astimezone(ZoneInfo(shown_in))
        seen[side] = {"dateTime": there.isoformat(), "timeZone": zone}
    assert differing(wanted, seen) == {}


def test_the_two_readings_of_a_repeated_hour_are_different_times():
    first, second = (at(BERLIN_ENDS_SUMMER + timedelta(hours=hours), "Europe/Berlin") for hours in (0, 1))
    body = differing(second, remote(first))
    assert body["start"] == {"date": None, "dateTime": "2027-10-31T02:30:00+01:00", "timeZone": "Europe/Berlin"}
    assert differing(first, remote(second))["start"]["dateTime"].endswith("+02:00")


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"start": {"dateTime": "2027-03-15T10:00:00Z", "timeZone": "Europe/London"}}, {"start"}),
        ({"start": {"dateTime": "2027-03-15T09:00:00Z", "timeZone": "Europe/Berlin"}}, {"start"}),
        ({"start": {"dateTime": "2027-03-15T09:00:00", "timeZone": "Europe/London"}}, {"start"}),
        ({"start": {"dateTime": "soon"}}, {"start"}),
        ({"end": {"date": "2027-03-16"}}, {"end"}),
        ({"end": None}, {"end"}),
        ({"status": "tentative"}, {"status"}),
        ({"recurrence": ["RRULE:FREQ=DAILY"]}, {"recurrence"}),
        ({"extendedProperties": {}}, {"summary", "description", "extendedProperties"}),
        # Cosmetic edits of the coach stay (D-53).
        ({"summary": "My call", "description": "Mine", "colorId": "5", "location": "Here"}, set()),
        ({"sequence": 9}, set()),
        ({"attendees": [{"email": "maya@example.com"}]}, set()),
    ],
)
def test_what_is_ours_is_put_back_and_nothing_else(seen: dict[str, Any], expected: set[str]):
    assert differing(session_event(), remote(session_event(), **seen)).keys() == expected


def test_a_new_text_of_ours_replaces_an_edited_one():
    body = differing(session_event(title="Mentor call with Maya"), remote(session_event(), summary="My call"))
    assert body["summary"] == "Mentor call with Maya"
    assert body["extendedProperties"]["private"].keys() == {TEXT_PROPERTY}


@pytest.mark.parametrize(
    ("there", "wanted", "sent"), [(0, 1, 1), (2, 1, None), (1, 1, None), (None, 1, 1), (None, 0, None)]
)
def test_the_sequence_is_sent_only_to_raise_it(there: int | None, wanted: int, sent: int | None):
    seen = remote(session_event(), sequence=there)
    assert differing(session_event(sequence=wanted), seen).get("sequence") == sent


def test_conference_data_are_sent_only_to_ask_for_a_link():
    moved = remote(session_event(), start={"dateTime": "2027-03-15T10:00:00Z"})
    assert "conferenceData" not in differing(session_event(), moved)


def test_a_repeated_asking_is_the_same_request_and_a_later_one_another():
    first = differing(session_event(), remote(session_event()), ask=True)
    again = differing(session_event(), remote(session_event()), ask=True)
    later = differing(session_event(), remote(session_event(), etag='"2"'), ask=True)
    ids = [body["conferenceData"]["createRequest"]["requestId"] for body in (first, again, later)]
    assert ids[0] == ids[1] != ids[2]
    assert KEY.event_id(0) not in ids


def test_further_private_properties_go_along():
    wanted = session_event(private={"series": "s1"})
    assert new_event(wanted, KEY, 0)["extendedProperties"]["private"]["series"] == "s1"
    assert differing(wanted, remote(session_event()))["extendedProperties"] == {"private": {"series": "s1"}}


# -- reading ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ({"hangoutLink": "https://meet.example.com/a"}, ConferenceStatus.SUCCESS),
        ({"conferenceData": {"createRequest": {"status": {"statusCode": "pending"}}}}, ConferenceStatus.PENDING),
        ({"conferenceData": {"createRequest": {"status": {"statusCode": "failure"}}}}, ConferenceStatus.FAILURE),
        ({"conferenceData": {"createRequest": {"status": {"statusCode": "unheard of"}}}}, ConferenceStatus.NONE),
        ({"conferenceData": {"createRequest": {}}}, ConferenceStatus.NONE),
        ({"conferenceData": []}, ConferenceStatus.NONE),
        ({"hangoutLink": ""}, ConferenceStatus.NONE),
        ({}, ConferenceStatus.NONE),
    ],
)
def test_how_far_a_link_is_can_be_read(seen: dict[str, Any], expected: ConferenceStatus):
    assert conference_of(seen) is expected


def test_an_event_without_properties_or_sequence_is_read_as_empty():
    assert private_properties({}) == private_properties({"extendedProperties": None}) == {}
    assert sequence({}) == sequence({"sequence": None}) == 0


@pytest.mark.parametrize(
    "zone", ["Europe/London", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago"]
)
def test_google_reads_back_every_quarter_hour_around_both_clock_changes(account: GoogleAccount, zone: str):
    """What we wrote and what a calendar in another zone shows are the same to us, whichever side of a fold it lies."""
    calendar = own_calendar(account)
    for number, instant in enumerate(_around_changes(zone)):
        wanted = at(instant, zone, status=EventStatus.TENTATIVE)
        key = EventKey.of(b"k" * 32, organisation=1, session=number)
        seen = calendar.insert(new_event(wanted, key, 0))
        assert datetime.fromisoformat(seen["start"]["dateTime"]) == instant
        assert changes(wanted, key, seen, ask_for_conference=False) == {}


def _around_changes(zone: str) -> list[datetime]:
    hours = (datetime(2027, 1, 1, tzinfo=UTC) + timedelta(hours=number) for number in range(365 * 24))
    changed = [
        hour
        for hour in hours
        if hour.astimezone(ZoneInfo(zone)).utcoffset()
        != (hour + timedelta(hours=1)).astimezone(ZoneInfo(zone)).utcoffset()
    ]
    assert len(changed) >= 2
    return [hour + timedelta(minutes=15 * quarter) for hour in changed for quarter in range(-5, 9)]
