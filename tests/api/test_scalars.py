"""Scalars: an instant has an offset and is exact, a duration counts hours, a local time has whole minutes."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.scalars import read_date, read_duration, read_instant, read_time, write_duration, write_instant

INSTANTS = st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(8999, 12, 30))
OFFSETS = st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(local=INSTANTS, offset=OFFSETS)
def test_an_instant_means_the_same_in_any_offset(local: datetime, offset: timezone) -> None:
    instant = local.replace(tzinfo=offset)
    assert read_instant(instant.isoformat()) == instant
    assert read_instant(write_instant(instant)) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2027-03-18T10:00:00Z", datetime(2027, 3, 18, 10, tzinfo=UTC)),
        ("2027-03-18t10:00:00z", datetime(2027, 3, 18, 10, tzinfo=UTC)),
        ("2027-03-18T11:30:00+01:30", datetime(2027, 3, 18, 10, tzinfo=UTC)),
        ("2027-03-18T10:00:00-00:00", datetime(2027, 3, 18, 10, tzinfo=UTC)),
        ("2027-03-18T10:00:00.000001Z", datetime(2027, 3, 18, 10, 0, 0, 1, tzinfo=UTC)),
        ("2027-03-18T10:00:00.5000000Z", datetime(2027, 3, 18, 10, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_rfc_3339_writes_it(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-18T10:00:00",
        "2027-03-18 10:00:00Z",
        "2027-03-18T10:00Z",
        "2027-03-18",
        "2027-W11-4T10:00:00Z",
        "2027-03-18T10:00:00,5Z",
        "2027-03-18T10:00:00.Z",
        "2027-03-18T10:00:00.0000001Z",
        "2027-03-18T10:00:00+01",
        "2027-03-18T10:00:00+24:00",
        "2027-03-18T10:00:00+00:60",
        "2027-03-18T24:00:00Z",
        "2027-03-18T10:00:60Z",
        "2027-02-29T10:00:00Z",
        "0000-01-01T00:00:00Z",
        "1900-01-01T00:00:00+00:01",
        "9000-01-01T00:00:00Z",
        "8999-12-31T23:59:00-00:01",
        "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "２０27-03-18T10:00:00Z",
        "2027-03-18T10:00:00Z\n",
        "",
        1_800_000_000,
        None,
        True,
    ],
)
def test_anything_else_is_no_instant(text: object) -> None:
    with pytest.raises(ValueError, match="instant"):
        read_instant(text)


def test_an_instant_is_written_in_utc_with_the_digits_it_needs() -> None:
    berlin = timezone(timedelta(hours=1))
    assert write_instant(datetime(2027, 3, 18, 11, 0, tzinfo=berlin)) == "2027-03-18T10:00:00Z"
    assert write_instant(datetime(2027, 3, 18, 10, 0, 0, 1, tzinfo=UTC)) == "2027-03-18T10:00:00.000001Z"


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(minutes=45), "PT45M"),
        (timedelta(hours=48), "PT48H"),
        (timedelta(hours=47, minutes=59, seconds=59), "PT47H59M59S"),
        (timedelta(days=14, microseconds=1), "PT336H0.000001S"),
        (timedelta(microseconds=500000), "PT0.5S"),
        (timedelta(0), "PT0S"),
        (-timedelta(minutes=5), "-PT5M"),
    ],
)
def test_a_duration_is_written_in_hours(span: timedelta, text: str) -> None:
    assert write_duration(span) == text


@given(st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)))
def test_a_duration_that_was_written_is_read_again(span: timedelta) -> None:
    assert read_duration(write_duration(span)) == span


@pytest.mark.parametrize("text", ["P", "PT", "P1M", "P1Y", "1H", "PT1H ", "-PT1H", "PT1.5H", 3600, None])
def test_calendar_spans_and_other_texts_are_no_duration(text: object) -> None:
    with pytest.raises(ValueError, match="duration"):
        read_duration(text)


def test_a_local_time_has_hours_and_minutes() -> None:
    assert read_time("09:30") == time(9, 30)
    for text in ("9:30", "24:00", "09:60", "09:30:00", "09:30Z", "", None, 930):
        with pytest.raises(ValueError, match="local time"):
            read_time(text)


def test_a_date_is_a_day_of_the_calendar() -> None:
    assert read_date("2028-02-29") == date(2028, 2, 29)
    for text in ("1899-12-31", "9000-01-01", "2027-02-29", "20270301", "2027-3-1", "2027-W11-4", "", None, 20270301):
        with pytest.raises(ValueError, match="date"):
            read_date(text)
