"""Periods in the accounting zone, their grants, the horizon and the booking deadline (D-06 … D-08, D-29, D-62)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.facts import Zones
from policy.periods import (
    booking_deadline,
    first_grants,
    horizon_end,
    month_after,
    next_grant_at,
    next_period,
    period_of,
    same_period,
)
from policy.resolved import ResolvedPolicy
from tests.policy.cast import LONDON, NEW_YORK, SECOND, TICK, ZONES, at, resolved

MONTHS = resolved("mastered", "coaching")
BILLING = resolved("mastered", "coaching", '[entitlement]\nperiod = "BILLING"\n')
DAYS = resolved("mastered", "coaching", '[entitlement]\nperiod = "DAYS"\nperiod_days = 28\n')
NONE = resolved("thrive")
EVERYWHERE = sorted(available_timezones())


def in_zone(name: str, enrolled_on: date | None = None) -> Zones:
    zone = ZoneInfo(name)
    return replace(ZONES, accounting=zone, enrolled_on=enrolled_on)


def window(policy: ResolvedPolicy, zones: Zones, instant: str) -> str:
    period = period_of(policy, zones, at(instant))
    return "" if period is None else f"{period.first} to {period.last}"


@pytest.mark.parametrize(
    ("instant", "first"),
    [
        ("2027-03-31T22:59:59.999999Z", date(2027, 3, 1)),
        ("2027-03-31T23:00:00Z", date(2027, 4, 1)),
        ("2027-10-31T23:59:59.999999Z", date(2027, 10, 1)),
        ("2027-11-01T00:00:00Z", date(2027, 11, 1)),
        ("2028-02-29T12:00:00Z", date(2028, 2, 1)),
    ],
)
def test_a_month_is_the_accounting_zones(instant: str, first: date) -> None:
    period = period_of(MONTHS, ZONES, at(instant))
    assert period is not None
    assert period.first == first


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2027-02-27T12:00:00Z", "2027-01-31 to 2027-02-27"),
        ("2027-02-28T12:00:00Z", "2027-02-28 to 2027-03-30"),
        ("2027-03-31T12:00:00Z", "2027-03-31 to 2027-04-29"),
        ("2027-04-30T12:00:00Z", "2027-04-30 to 2027-05-30"),
        ("2026-12-30T12:00:00Z", "2026-11-30 to 2026-12-30"),
    ],
)
def test_billing_periods_run_from_the_day_of_the_first_one_clamped_to_short_months(instant: str, expected: str) -> None:
    assert window(BILLING, in_zone("Europe/London", date(2027, 1, 31)), instant) == expected


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2027-03-09T12:00:00Z", "2027-02-10 to 2027-03-09"),
        ("2027-03-10T00:00:00Z", "2027-03-10 to 2027-04-06"),
        ("2027-02-09T12:00:00Z", "2027-01-13 to 2027-02-09"),
    ],
)
def test_periods_of_days_are_counted_from_the_first_day_of_the_membership(instant: str, expected: str) -> None:
    assert window(DAYS, ZONES, instant) == expected


def test_without_a_first_day_periods_begin_with_the_month_or_the_day() -> None:
    assert window(BILLING, in_zone("Europe/London"), "2027-03-18T12:00:00Z") == "2027-03-01 to 2027-03-31"
    assert window(DAYS, in_zone("Europe/London"), "2027-03-18T12:00:00Z") == "2027-03-18 to 2027-04-14"


def test_a_policy_may_have_no_periods() -> None:
    assert period_of(NONE, ZONES, at("2027-03-18T12:00:00Z")) is None
    assert same_period(NONE, ZONES, at("2027-03-18T12:00:00Z"), at("2029-03-18T12:00:00Z"))
    assert booking_deadline(NONE, ZONES, at("2027-03-18T12:00:00Z")) is None
    assert first_grants(NONE, ZONES, now=at("2027-03-18T12:00:00Z")) == []
    assert next_grant_at(NONE, ZONES, now=at("2027-03-18T12:00:00Z")) is None


def test_an_instant_has_an_offset() -> None:
    with pytest.raises(ValueError, match="offset"):
        period_of(MONTHS, ZONES, datetime(2027, 3, 18))


def test_there_is_no_period_after_one_that_a_policy_does_not_have() -> None:
    march = period_of(MONTHS, ZONES, at("2027-03-18T12:00:00Z"))
    assert march is not None
    with pytest.raises(ValueError, match="without periods"):
        next_period(NONE, ZONES, march)


@given(
    instant=st.datetimes(datetime(1980, 1, 1), datetime(2037, 12, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(EVERYWHERE),
    policy=st.sampled_from([MONTHS, BILLING, DAYS]),
    enrolled_on=st.dates(date(1985, 1, 1), date(2037, 1, 1)),
)
def test_every_instant_lies_in_exactly_one_period(
    instant: datetime, zone: str, policy: ResolvedPolicy, enrolled_on: date
) -> None:
    zones = in_zone(zone, enrolled_on)
    period = period_of(policy, zones, instant)
    assert period is not None
    assert period.start <= instant < period.end
    following = next_period(policy, zones, period)
    assert following.start == period.end
    assert same_period(policy, zones, instant, period.end - TICK)
    assert not same_period(policy, zones, instant, period.end)


@given(st.dates(date(2000, 1, 1), date(2030, 12, 31)), st.integers(-50, 50))
def test_months_are_added_from_the_original_day(anchor: date, months: int) -> None:
    found = month_after(anchor, months)
    assert (found.year * 12 + found.month) - (anchor.year * 12 + anchor.month) == months
    assert found.day == anchor.day or (found + timedelta(days=1)).day == 1


def test_the_horizon_is_the_end_of_the_last_open_period() -> None:
    assert horizon_end(MONTHS, ZONES, now=at("2027-03-10T10:00:00Z")) == at("2027-04-30T23:00:00Z")
    assert horizon_end(MONTHS, ZONES, now=at("2027-03-31T23:00:00Z")) == at("2027-05-31T23:00:00Z")
    assert horizon_end(NONE, ZONES, now=at("2027-03-10T10:00:00Z")) == at("2027-06-08T10:00:00Z") + TICK


@pytest.mark.parametrize(
    ("more", "start", "deadline"),
    [
        ("", "2027-03-18T10:00:00Z", "2027-03-31T22:59:59.999999Z"),
        ("deadline_day = 20", "2027-03-30T10:00:00Z", "2027-03-20T23:59:59.999999Z"),
        ("deadline_day = 31", "2027-02-10T10:00:00Z", "2027-02-28T23:59:59.999999Z"),
        ("deadline_day = 1\ndeadline_time = 09:00:00", "2027-04-10T10:00:00Z", "2027-04-01T08:00:00.999999Z"),
    ],
)
def test_the_deadline_is_a_day_and_a_local_time_of_the_period_the_last_second_whole(
    more: str, start: str, deadline: str
) -> None:
    policy = resolved("mastered", "coaching", f"[booking]\n{more}\n")
    assert booking_deadline(policy, ZONES, at(start)) == at(deadline)


def test_grants_are_those_of_the_open_periods_from_the_first_day_on() -> None:
    before = replace(ZONES, enrolled_on=date(2027, 4, 1))
    assert [one.opens_at for one in first_grants(MONTHS, before, now=at("2027-03-10T10:00:00Z"))] == [
        at("2027-03-31T23:00:00Z")
    ]
    nobody = replace(ZONES, enrolled_on=None)
    assert len(first_grants(MONTHS, nobody, now=at("2027-03-10T10:00:00Z"))) == 2
    assert next_grant_at(MONTHS, ZONES, now=at("2027-03-31T23:00:00Z") - SECOND) == at("2027-03-31T23:00:00Z")
    assert next_grant_at(MONTHS, ZONES, now=at("2027-03-31T23:00:00Z")) == at("2027-04-30T23:00:00Z")


def test_a_grant_covers_the_quantity_in_units() -> None:
    policy = resolved("mastered", "coaching", "[kinds.coaching]\nunits = 2\n[entitlement.quantity]\ncoaching = 3\n")
    assert [one.units for one in first_grants(policy, ZONES, now=at("2027-03-10T10:00:00Z"))] == [6, 6]
    assert first_grants(resolved("mastered", "engagement_manager"), ZONES, now=at("2027-03-10T10:00:00Z")) == []


def test_only_the_accounting_zone_plays_a_part() -> None:
    elsewhere = replace(ZONES, member=NEW_YORK, coach=NEW_YORK, organisation=NEW_YORK, accounting=LONDON)
    assert period_of(MONTHS, elsewhere, at("2027-04-01T01:00:00Z")) == period_of(
        MONTHS, ZONES, at("2027-04-01T01:00:00Z")
    )


def test_billing_periods_run_from_renewal_to_renewal_which_are_counted_from_the_first_payment() -> None:
    policy = BILLING
    zones = replace(ZONES, enrolled_on=date(2027, 1, 10), paid_from=date(2027, 1, 31))
    for instant, first, last in (
        ("2027-02-27T12:00:00Z", date(2027, 1, 31), date(2027, 2, 27)),
        ("2027-02-28T12:00:00Z", date(2027, 2, 28), date(2027, 3, 30)),
        ("2028-02-29T12:00:00Z", date(2028, 2, 29), date(2028, 3, 30)),
    ):
        period = period_of(policy, zones, datetime.fromisoformat(instant))
        assert period is not None
        assert (period.first, period.last) == (first, last)
