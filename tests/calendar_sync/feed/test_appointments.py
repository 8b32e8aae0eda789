"""One session as an event, and the file that goes with a mail (MODEL 11, CALENDAR 31–39)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest

from calendar_sync.feed import Appointment, SessionLinks, Standing, single_session_ics
from calendar_sync.feed.appointment import vevent
from calendar_sync.feed.calendar import END_OF_CALENDAR
from calendar_sync.feed.onsets import onsets
from tests.calendar_sync.feed.reading import assert_golden, events, parsed, starts

START = datetime(2027, 3, 18, 10, tzinfo=UTC)
BOOKED = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = Appointment(
    uid="0f8e2c1a-5b7d-4a3e-9c6f-1d2b3a4c5d6e@fortnight",
    title="Coaching call with Eva",
    starts_at=START,
    ends_at=START + timedelta(minutes=45),
    zone="Europe/London",
    standing=Standing.CONFIRMED,
    sequence=0,
    changed_at=BOOKED,
    booked_at=BOOKED,
)
JOIN = "https://meet.google.com/abc-defg-hij"
LINKS = SessionLinks(
    join=JOIN,
    reschedule="https://fortnight.example.com/change/cmVzY2hlZHVsZQ",
    cancel="https://fortnight.example.com/change/Y2FuY2Vs",
)


def test_a_booked_call() -> None:
    assert_golden("39-no-attendee-no-address-no-notes", single_session_ics(CALL))


def test_the_way_in_stands_where_every_reader_looks_for_it_beside_the_change_links() -> None:
    content = single_session_ics(replace(CALL, links=LINKS))
    assert_golden("38-join-link-in-conference-location-and-url", content)
    (event,) = events(content)
    assert {str(event[name]) for name in ("CONFERENCE", "LOCATION", "URL")} == {JOIN}
    assert str(event["DESCRIPTION"]).split("\n") == [
        f"Join: {JOIN}",
        f"Reschedule: {LINKS.reschedule}",
        f"Cancel: {LINKS.cancel}",
    ]


def test_a_provisional_session_is_tentative() -> None:
    assert_golden("34-provisional-is-tentative", single_session_ics(replace(CALL, standing=Standing.TENTATIVE)))


def test_a_moved_session_keeps_its_uid_and_its_sequence_rises() -> None:
    moved = replace(
        CALL,
        starts_at=START + timedelta(days=7),
        ends_at=CALL.ends_at + timedelta(days=7),
        sequence=1,
        changed_at=START,
    )
    assert_golden("32-moved", single_session_ics(moved))


def test_the_file_of_a_cancellation_takes_the_session_out() -> None:
    content = single_session_ics(replace(CALL, standing=Standing.CANCELLED, sequence=1, changed_at=START))
    assert_golden("33-cancelled-in-a-mail", content)


def test_no_bell_rings_unless_it_was_chosen() -> None:
    assert b"VALARM" not in single_session_ics(CALL)
    assert_golden("39-alarm-on-choice", single_session_ics(replace(CALL, alarm=timedelta(minutes=15))))


def test_a_wall_time_that_comes_twice_is_written_as_an_instant() -> None:
    second = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)  # 01:30 in London for the second time
    content = single_session_ics(replace(CALL, starts_at=second, ends_at=second + timedelta(minutes=45)))
    assert_golden("36-wall-time-that-comes-twice", content)
    assert starts(content) == [second]


def test_a_call_that_only_ends_in_the_hour_that_comes_twice_is_an_instant_too() -> None:
    start = datetime(2027, 10, 30, 23, 30, tzinfo=UTC)  # 00:30 in London, until 01:15, which comes again
    assert "TZID" not in vevent(replace(CALL, starts_at=start, ends_at=start + timedelta(minutes=45)))


def test_a_zone_without_a_yearly_rule() -> None:
    start = datetime(2026, 3, 3, 10, tzinfo=UTC)
    content = single_session_ics(
        replace(CALL, zone="Africa/Casablanca", starts_at=start, ends_at=start + timedelta(minutes=45))
    )
    assert_golden("35-zone-without-yearly-rule", content)


@pytest.mark.parametrize("part", range(4))
def test_around_every_onset_of_two_years_every_zone_reads_back_the_same_instants(part: int) -> None:
    first, last = datetime(2026, 12, 1, tzinfo=UTC), datetime(2028, 12, 1, tzinfo=UTC)
    minutes = [timedelta(minutes=m) for m in (-1440, -121, -91, -61, -46, -45, -31, -1, 0, 1, 30, 60, 90, 120, 1440)]
    for name in sorted(available_timezones())[part::4]:
        wanted = sorted({onset.at + by for onset in onsets(ZoneInfo(name), first, last) for by in minutes} | {first})
        calls = [
            replace(CALL, uid=f"{n}@fortnight", zone=name, starts_at=start, ends_at=start + timedelta(minutes=45))
            for n, start in enumerate(wanted)
        ]
        content = single_session_ics(calls[0]).removesuffix(END_OF_CALENDAR)
        content += "".join(map(vevent, calls[1:])).encode() + END_OF_CALENDAR
        found: list[Any] = list(parsed(content).events)
        assert [event.start.astimezone(UTC) for event in found] == wanted, name
        assert {event.end.astimezone(UTC) - event.start.astimezone(UTC) for event in found} == {timedelta(minutes=45)}


HOSTILE = [
    "Maya\r\nATTENDEE:mailto:mallory@example.com",
    "Maya\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:second",
    "Maya\x85DTSTART:19700101T000000Z\u2028X:1\u2029X:2",
    "Maya\x00\x07\x1b[31m\x7f",
    "Maya; \\n, \\; \\",
    "🧗🏽‍♀️" * 40 + "é" * 40,
    "שלום \u202eayaM",
    "",
    " ",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_can_do_nothing_but_be_shown(name: str) -> None:
    content = single_session_ics(replace(CALL, title=f"Coaching call with {name}", alarm=timedelta(minutes=5)))
    calendar = parsed(content)
    (event,) = calendar.events
    assert "ATTENDEE" not in event
    assert event.start == START
    assert str(event["SUMMARY"]).startswith("Coaching call with ")
    assert len(calendar.walk("VALARM")) == 1


def test_hostile_texts() -> None:
    links = SessionLinks(
        join="https://meet.example.com/a b\r\nATTENDEE:mailto:mallory@example.com", cancel="javascript:alert(1)"
    )
    content = single_session_ics(replace(CALL, uid="a;b,c\\d\r\nX:1", title="\r\n".join(HOSTILE), links=links))
    assert_golden("37-hostile-texts", content)
    assert b"javascript" not in content


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "not an address", "//example.com/x"])
def test_only_a_web_address_is_a_way_in(address: str) -> None:
    assert vevent(replace(CALL, links=SessionLinks(join=address, reschedule=address, cancel=address))) == vevent(CALL)
