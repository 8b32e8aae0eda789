"""VTIMEZONE, written from the tz database (CALENDAR 35)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest

from calendar_sync.feed.vtimezone import vtimezone
from tests.calendar_sync.feed.oracle import described
from tests.support.wall_clock import zones

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
FIRST, LAST = datetime(2026, 12, 1, tzinfo=UTC), datetime(2028, 12, 1, tzinfo=UTC)
ZONES = zones()


def test_the_tz_database_is_the_package_and_has_all_zones() -> None:
    assert len(available_timezones()) > 590
    assert len(ZONES) > 330


@pytest.mark.parametrize("part", range(4))
def test_every_eleventh_hour_of_two_years_is_right_in_every_zone(part: int) -> None:
    assert_right(ZONES[part::4], every=11 * HOUR)


@pytest.mark.slow
def test_every_hour_of_two_years_is_right_in_every_zone() -> None:
    assert_right(ZONES, every=HOUR)


def assert_right(names: Sequence[str], *, every: timedelta) -> None:
    for name in names:
        zone = ZoneInfo(name)
        found = described(vtimezone(name, FIRST, LAST), until=datetime(2030, 1, 1))
        instant, end = FIRST, LAST
        while instant < end:
            # Said once for all hours up to the next onset of the description.
            naive = instant.replace(tzinfo=None)
            told = found.offset_at(naive)
            stop = next((at for at in found.onsets if at > naive), end.replace(tzinfo=None)).replace(tzinfo=UTC)
            while instant < min(stop, end):
                assert instant.astimezone(zone).utcoffset() == told, (name, instant)
                instant += every


@pytest.mark.parametrize("part", range(4))
def test_every_onset_is_right_to_the_second_and_starts_from_the_offset_before_it(part: int) -> None:
    for name in ZONES[part::4]:
        zone = ZoneInfo(name)
        found = described(vtimezone(name, FIRST, LAST), until=datetime(2029, 1, 1))
        for at, before, after in zip(found.onsets, found.before, found.after, strict=True):
            instant = at.replace(tzinfo=UTC)
            assert (instant - SECOND).astimezone(zone).utcoffset() == before, (name, at)
            assert instant.astimezone(zone).utcoffset() == after, (name, at)
        assert all(one[0] == one[1] for one in zip(found.after, found.before[1:], strict=False)), name


def test_a_yearly_rule_holds_for_fifty_years() -> None:
    """A running series is open-ended, so its zone must be too."""
    years = [datetime(year, month, 15) for year in range(2027, 2077) for month in range(1, 13)]
    for name in ZONES:
        text = vtimezone(name, FIRST, LAST)
        if "RRULE" in text:
            zone, found = ZoneInfo(name), described(text, until=datetime(2078, 1, 1))
            for instant in years:
                assert instant.replace(tzinfo=UTC).astimezone(zone).utcoffset() == found.offset_at(instant), name


def test_something_is_in_force_from_the_first_instant_on_in_every_zone() -> None:
    for name in ZONES:
        text = vtimezone(name, datetime(2026, 1, 1, tzinfo=UTC), LAST)
        assert described(text, until=datetime(2027, 1, 1)).onsets[0] < datetime(2026, 1, 1), name


def test_a_zone_with_a_yearly_rule_is_told_by_it() -> None:
    assert vtimezone("Europe/Berlin", FIRST, LAST).split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:20250330T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "TZNAME:CEST",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20251026T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "TZNAME:CET",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


@pytest.mark.parametrize(
    ("zone", "rule"),
    [
        ("America/New_York", "BYMONTH=3;BYDAY=2SU"),
        ("America/New_York", "BYMONTH=11;BYDAY=1SU"),
        ("Australia/Sydney", "BYMONTH=4;BYDAY=1SU"),
        ("America/Nuuk", "BYMONTH=3;BYMONTHDAY=24,25,26,27,28,29,30;BYDAY=SA"),
    ],
)
def test_a_rule_is_written_in_the_plainest_form_that_fits(zone: str, rule: str) -> None:
    assert f"RRULE:FREQ=YEARLY;{rule}\r\n" in vtimezone(zone, FIRST, LAST)


def test_a_zone_without_a_yearly_rule_has_one_observance_for_each_onset_of_the_years_needed() -> None:
    text = vtimezone("Asia/Gaza", datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC))
    assert "RRULE" not in text
    assert "RDATE" not in text
    onsets = described(text, until=datetime(2028, 1, 1)).onsets
    assert [at.year for at in onsets] == [2026, 2027, 2027]


def test_a_zone_whose_clocks_never_change_has_one_observance() -> None:
    text = vtimezone("Asia/Tokyo", FIRST, LAST)
    assert text.count("BEGIN:STANDARD") == 1
    assert text.count("BEGIN:DAYLIGHT") == 0


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Europe/London", "Africa/Casablanca"])
def test_summer_time_is_the_later_offset_whichever_of_them_a_law_calls_normal(zone: str) -> None:
    text = vtimezone(zone, datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    for block in text.split("BEGIN:")[2:]:
        before, after = (part.split("\r\n")[0] for part in block.split("TZOFFSET")[1:])
        later = after.removeprefix("TO:") > before.removeprefix("FROM:")
        assert block.startswith("DAYLIGHT") == later, block


def test_the_text_is_the_same_on_every_day_of_a_year() -> None:
    days = [datetime(2027, 1, 1, tzinfo=UTC) + n * timedelta(days=1) for n in range(365)]
    for zone in ("Europe/London", "Africa/Casablanca", "Asia/Tokyo"):
        assert len({vtimezone(zone, one, two) for one, two in pairwise(days)}) == 1
