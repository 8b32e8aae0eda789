"""A series against an oracle that walks UTC: two years of each rhythm in every zone of the tz database (O2, D-45, MODEL 2.8, 3.3)."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.recurrence import Recurrence, nth_weekday, shifted
from policy.terms import Cadence
from tests.support.wall_clock import Stretch, every_clock, instant_of, shown, stretches

FIRST, LAST = date(2027, 1, 4), date(2029, 1, 1)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
EVENING = time(18, 30)
NEW_YORK = ZoneInfo("America/New_York")
CLOCK = (datetime(2026, 12, 28, tzinfo=UTC), datetime(2029, 1, 10, tzinfo=UTC))


def on_days(cadence: Cadence, first: date, last: date = LAST) -> list[date]:
    """The dates of a rhythm, found by walking through the calendar day by day."""
    found: list[date] = []
    weeks, in_month = 0, 0
    for number in range((last - first).days):
        day = first + number * DAY
        if day.weekday() != first.weekday():
            continue
        in_month = (day.day + 6) // 7
        is_last = day.day + 7 > monthrange(day.year, day.month)[1]
        wanted = (first.day + 6) // 7
        match cadence:
            case Cadence.WEEKLY:
                found.append(day)
            case Cadence.FORTNIGHTLY:
                found += [day] if weeks % 2 == 0 else []
            case Cadence.MONTHLY:
                found += [day] if (is_last if wanted == 5 else in_month == wanted) else []
        weeks += 1
    return found


def series(cadence: Cadence, zone: ZoneInfo, *, first: date = FIRST, at: time = EVENING) -> Recurrence:
    return Recurrence(cadence=cadence, first=first, at=at, zone=zone)


def two_years(recurrence: Recurrence) -> list[tuple[date, datetime]]:
    return [(one.on, one.starts_at) for one in recurrence.before(LAST).occurrences()]


def by_oracle(recurrence: Recurrence, clock: list[Stretch]) -> list[tuple[date, datetime]]:
    days = on_days(recurrence.cadence, recurrence.first)
    return [(on, instant_of(clock, on, recurrence.at)) for on in days]


def clock_changes(clock: list[Stretch]) -> Iterator[tuple[date, time]]:
    """Local times just inside and at the edges of each gap and each repeated stretch."""
    for earlier, later in pairwise(clock):
        old, new = (later.start.replace(tzinfo=None) + side.ahead for side in (earlier, later))
        low, high = min(old, new), max(old, new)
        for local in {low - timedelta(minutes=1), low, low + (high - low) / 2, high - timedelta(minutes=1), high}:
            yield local.date(), local.time().replace(second=0, microsecond=0)


def first_of(cadence: Cadence, on: date) -> date:
    """A first date from which the rhythm comes to `on`."""
    match cadence:
        case Cadence.WEEKLY:
            return FIRST + (on - FIRST) % WEEK
        case Cadence.FORTNIGHTLY:
            return FIRST + (on - FIRST) % (2 * WEEK)
        case Cadence.MONTHLY:
            number = (on.day + 6) // 7
            return on if number == 5 else nth_weekday(2027, 1, on.weekday(), number)


def assert_as_the_oracle(name: str) -> None:
    """Two years of each rhythm at half past six, and of series that fall into each change of the clock."""
    zone = ZoneInfo(name)
    clock = stretches(zone, *CLOCK)
    for cadence in Cadence:
        plain = series(cadence, zone)
        assert two_years(plain) == by_oracle(plain, clock), (name, cadence)
        for on, at in clock_changes(clock):
            if on < date(2028, 12, 30):
                falling = series(cadence, zone, first=first_of(cadence, on), at=at)
                found = two_years(falling)
                assert found == by_oracle(falling, clock), (name, cadence, on, at)
                assert on in dict(found)


def test_two_years_of_each_rhythm_on_every_clock_are_what_an_oracle_finds_that_walks_utc() -> None:
    """One zone of those whose clocks show the same from the first minute to the last."""
    zones = every_clock(*CLOCK).values()
    assert len(zones) > 50
    for name in zones:
        assert_as_the_oracle(name)


@pytest.mark.slow
def test_two_years_of_each_rhythm_in_every_zone_are_what_an_oracle_finds_that_walks_utc() -> None:
    for name in sorted(available_timezones()):
        assert_as_the_oracle(name)


@pytest.mark.slow
def test_the_oracle_itself_is_right_minute_by_minute() -> None:
    """Each minute of two years in every zone: the clock shows what the stretch around it says."""
    seen: set[tuple[Stretch, ...]] = set()
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        clock = stretches(zone, *CLOCK)
        if tuple(clock) in seen:
            continue
        seen.add(tuple(clock))
        for stretch in clock:
            first, last = int(stretch.start.timestamp()), int(stretch.end.timestamp())
            ahead = stretch.ahead
            for at in range(first, last, 60):
                assert datetime.fromtimestamp(at, zone).utcoffset() == ahead, (name, at)


def test_a_time_that_the_clock_skips_is_moved_forward_by_the_gap() -> None:
    """Summer time begins in New York on 14 March 2027: 02:30 does not exist, 03:30 does."""
    one = series(Cadence.WEEKLY, NEW_YORK, first=date(2027, 3, 7), at=time(2, 30)).occurrence(date(2027, 3, 14))
    assert (one.starts_at, shown(NEW_YORK, one.starts_at).time()) == (
        datetime(2027, 3, 14, 7, 30, tzinfo=UTC),
        time(3, 30),
    )


def test_a_time_that_comes_twice_is_the_first() -> None:
    """Summer time ends in New York on 7 November 2027: 01:30 is 05:30 and 06:30 UTC."""
    one = series(Cadence.WEEKLY, NEW_YORK, first=date(2027, 11, 7), at=time(1, 30)).occurrence(date(2027, 11, 7))
    assert one.starts_at == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


def test_a_year_of_fortnights_holds_26_or_27_sessions() -> None:
    """D-09: 365 days hold 26.07 fortnights."""
    for first, number in ((date(2027, 1, 1), 27), (date(2027, 1, 4), 26)):
        year = series(Cadence.FORTNIGHTLY, NEW_YORK, first=first).before(date(2028, 1, 1))
        assert len(list(year.dates())) == number


def test_monthly_is_the_same_weekday_of_the_month_and_a_fifth_one_the_last() -> None:
    """S-O-34: from Monday 29 March, the fifth."""
    found = list(islice(series(Cadence.MONTHLY, NEW_YORK, first=date(2027, 3, 29)).dates(), 4))
    assert found == [date(2027, 3, 29), date(2027, 4, 26), date(2027, 5, 31), date(2027, 6, 28)]
    fourth = list(islice(series(Cadence.MONTHLY, NEW_YORK, first=date(2027, 2, 22)).dates(), 3))
    assert fourth == [date(2027, 2, 22), date(2027, 3, 22), date(2027, 4, 26)]


def test_the_other_side_is_told_of_the_date_on_which_its_clock_shows_another_time() -> None:
    """S-O-01: New York goes to summer time on 14 March, Berlin on 28 March."""
    found = list(islice(series(Cadence.FORTNIGHTLY, NEW_YORK, first=date(2027, 3, 1), at=time(9)).occurrences(), 7))
    assert [one.on for one in shifted(found, ZoneInfo("Europe/Berlin"))] == [date(2027, 3, 15), date(2027, 3, 29)]
    assert shifted(found, NEW_YORK) == []


@given(
    st.sampled_from(list(Cadence)),
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.dates(date(2025, 1, 1), date(2029, 12, 31)),
)
def test_a_series_read_from_any_day_on_is_the_same_series(cadence: Cadence, first: date, start: date) -> None:
    recurrence = series(cadence, NEW_YORK, first=first)
    whole = list(recurrence.before(date(2030, 6, 1)).dates())
    assert list(recurrence.before(date(2030, 6, 1)).dates(start)) == [on for on in whole if on >= start]
    assert all(recurrence.holds(on) == (on in whole) for on in (start, first, start + DAY))


@given(st.sampled_from(list(Cadence)), st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.times())
def test_no_two_occurrences_start_together_and_each_is_later_than_the_one_before(
    cadence: Cadence, first: date, at: time
) -> None:
    starts = [
        one.starts_at
        for one in islice(
            series(cadence, NEW_YORK, first=first, at=at.replace(second=0, microsecond=0)).occurrences(), 60
        )
    ]
    assert starts == sorted(set(starts))
