"""Instants in words: in the reader's zone, with the zone's name, across its clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from notifications.times import clock, from_then, length, span, whole_month, zone_words

LONDON = ZoneInfo("Europe/London")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "words"),
    [
        ("2027-03-18T10:00", "Europe/London", "Europe/London, UTC+0"),
        ("2027-03-28T01:00", "Europe/London", "Europe/London, UTC+1"),
        ("2027-03-28T00:59", "Europe/London", "Europe/London, UTC+0"),
        ("2027-03-18T10:00", "America/St_Johns", "America/St_Johns, UTC−2:30"),
        ("2027-03-18T10:00", "Asia/Kathmandu", "Asia/Kathmandu, UTC+5:45"),
        ("2027-03-18T10:00", "UTC", "UTC, UTC+0"),
    ],
)
def test_a_zone_is_named_with_its_offset_at_that_instant(instant: str, zone: str, words: str) -> None:
    assert zone_words(utc(instant), ZoneInfo(zone)) == words


def test_a_session_over_midnight_names_both_days() -> None:
    said = span(utc("2027-03-18T23:30"), utc("2027-03-19T00:15"), LONDON)
    assert said == "Thursday 18 March 2027, 23:30 – Friday 19 March 2027, 00:15"


def test_the_hour_that_exists_twice_is_told_apart_by_its_offset() -> None:
    first, second = utc("2027-10-31T00:30"), utc("2027-10-31T01:30")
    assert clock(first, LONDON) == clock(second, LONDON) == "01:30"
    assert zone_words(first, LONDON) != zone_words(second, LONDON)


def test_seconds_are_told_where_there_are_any() -> None:
    assert clock(utc("2027-03-16T10:00:01"), LONDON) == "10:00:01"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        ("2027-03-31T23:00", "in April 2027"),
        ("2027-03-31T23:00:01", "from Thursday 1 April 2027 on"),
        ("2027-04-01T00:00", "from Thursday 1 April 2027 on"),
        ("2027-03-01T00:00", "in March 2027"),
    ],
)
def test_a_month_is_named_only_where_it_begins_in_the_accounting_zone(instant: str, words: str) -> None:
    assert from_then(utc(instant), LONDON) == words


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "words"),
    [
        ("2027-03-01T00:00", "2027-03-31T23:00", "March 2027"),
        ("2026-12-01T00:00", "2027-01-01T00:00", "December 2026"),
        ("2027-03-01T00:00", "2027-04-30T23:00", None),
        ("2027-03-18T07:00", "2027-04-17T07:00", None),
    ],
)
def test_a_window_is_a_month_only_where_it_is_exactly_that_month(
    opens_at: str, closes_at: str, words: str | None
) -> None:
    assert whole_month(utc(opens_at), utc(closes_at), LONDON) == words


def test_a_window_without_end_is_no_month() -> None:
    assert whole_month(utc("2027-03-01T00:00"), None, LONDON) is None


def test_a_length_is_in_elapsed_minutes() -> None:
    assert length(utc("2027-03-18T10:00"), utc("2027-03-18T10:45")) == "45 minutes"
    assert length(utc("2027-03-18T10:00"), utc("2027-03-18T10:01")) == "1 minute"
