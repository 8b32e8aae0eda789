"""Limits of notice: elapsed time, or a local time some days before the start (D-02, D-45, D-57)."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.limits import parse_duration, parse_limit, wall_instant
from tests.policy.cast import BERLIN, LONDON, NEW_YORK, at

TEN_YEARS = timedelta(days=3653)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("PT48H", timedelta(hours=48)),
        ("P2D", timedelta(hours=48)),
        ("P1W", timedelta(days=7)),
        ("P1DT2H3M4S", timedelta(days=1, hours=2, minutes=3, seconds=4)),
        ("PT0S", timedelta(0)),
        ("P3653D", TEN_YEARS),
    ],
)
def test_a_duration_is_elapsed_time(text: str, span: timedelta) -> None:
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "48H", "PT-1H", "P1M", "P1Y", "PT1.5H", "pt48h", "PT48H ", "PT٤H", "P3654D", "P9999999W"],
)
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration|longer than ten years"):
        parse_duration(text)


@given(st.timedeltas(timedelta(0), TEN_YEARS).map(lambda span: span - timedelta(microseconds=span.microseconds)))
def test_a_duration_of_seconds_is_read_exactly(span: timedelta) -> None:
    assert parse_duration(f"PT{span // timedelta(seconds=1)}S") == span


@pytest.mark.parametrize(
    ("limit", "start", "zone", "last"),
    [
        # 48 hours are 172,800 seconds, also across a change of the clock (D-02).
        ("PT48H", "2027-11-01T10:00:00+00:00", LONDON, "2027-10-30T10:00:00Z"),
        ("PT48H", "2027-03-29T10:00:00+01:00", LONDON, "2027-03-27T09:00:00Z"),
        # By 8 p.m. the evening before, wherever the night is longer or shorter.
        ("1d 20:00", "2027-03-18T10:00:00Z", LONDON, "2027-03-17T20:00:00Z"),
        ("1d 20:00", "2027-03-29T09:00:00+01:00", LONDON, "2027-03-28T19:00:00Z"),
        ("1d 20:00", "2027-11-01T09:00:00+00:00", LONDON, "2027-10-31T20:00:00Z"),
        # The local date of the start is the zone's, not UTC's.
        ("1d 20:00", "2027-03-18T02:00:00Z", NEW_YORK, "2027-03-17T00:00:00Z"),
        ("0d 00:00", "2027-03-18T23:30:00+01:00", BERLIN, "2027-03-17T23:00:00Z"),
        # An hour that does not exist is moved forward by the gap; one that comes twice is the first (D-45).
        ("0d 01:30", "2027-03-28T12:00:00+01:00", LONDON, "2027-03-28T01:30:00Z"),
        ("0d 01:30", "2027-10-31T12:00:00+00:00", LONDON, "2027-10-31T00:30:00Z"),
        # Business days: Monday to Friday (D-31).
        ("1bd 20:00", "2027-03-22T10:00:00Z", LONDON, "2027-03-19T20:00:00Z"),
        ("2bd 09:00", "2027-03-23T10:00:00Z", LONDON, "2027-03-19T09:00:00Z"),
        ("0bd 09:00", "2027-03-21T10:00:00Z", LONDON, "2027-03-21T09:00:00Z"),
    ],
)
def test_a_limit_is_an_instant(limit: str, start: str, zone: ZoneInfo, last: str) -> None:
    assert parse_limit(limit).instant(at(start), zone=zone) == at(last)


def test_holidays_are_no_business_days() -> None:
    good_friday = frozenset({date(2027, 3, 26)})
    limit = parse_limit("1bd 20:00")
    assert limit.instant(at("2027-03-29T10:00:00Z"), zone=LONDON, holidays=good_friday) == at("2027-03-25T20:00:00Z")


@pytest.mark.parametrize("text", ["1d 24:00", "1d 20:60", "1d 8:00", "1000d 20:00", "1d", "-1d 20:00", "tomorrow"])
def test_anything_else_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_limit(text)


@given(
    local=st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31)),
    zone=st.sampled_from([LONDON, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Pacific/Apia")]),
)
def test_a_local_time_is_an_instant_that_shows_it_or_stands_in_a_gap(local: datetime, zone: ZoneInfo) -> None:
    instant = wall_instant(local, zone)
    assert instant.tzinfo is UTC
    shown = instant.astimezone(zone).replace(tzinfo=None)
    if shown != local:
        gap = shown - local
        assert timedelta(0) < gap <= timedelta(days=1)
        before = wall_instant(local - gap, zone)
        assert before < instant
