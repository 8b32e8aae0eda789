"""Prices are exact parts of the base price, rounded once; renewals are counted from the first payment (D-27, D-29)."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.cadence import Rhythm, covered, nominal
from policy.matters import Tier
from policy.money import Money
from policy.plans import Plan, monthly_cost, one_off_price, price, renewal, renewal_after
from policy.terms import Cadence
from tests.policy.cast import at, resolved

MENTO = resolved("mento", "one_on_one")
ODD = resolved(
    "mento",
    "one_on_one",
    '[price]\ncadence_factor = {MONTHLY = "1/3", FORTNIGHTLY = "1", WEEKLY = "7/3"}\none_off_fraction = "2/7"\n',
)
FACTORS = {
    MENTO.digest: (
        {Cadence.MONTHLY: Fraction(1, 2), Cadence.FORTNIGHTLY: Fraction(1), Cadence.WEEKLY: Fraction(2)},
        Fraction(1, 2),
    ),
    ODD.digest: (
        {Cadence.MONTHLY: Fraction(1, 3), Cadence.FORTNIGHTLY: Fraction(1), Cadence.WEEKLY: Fraction(7, 3)},
        Fraction(2, 7),
    ),
}
AMOUNTS = st.integers(0, 10**8)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))


def plan(minor_units: int, cadence: Cadence, tier: Tier = Tier.MONTHLY) -> Plan:
    return Plan(tier=tier, cadence=cadence, base=Money(minor_units=minor_units, currency="EUR"))


def half_up(exact: Fraction) -> int:
    return floor(exact + Fraction(1, 2))


@given(AMOUNTS, st.sampled_from(Cadence), st.sampled_from(Tier), st.sampled_from([MENTO, ODD]))
def test_every_amount_is_the_exact_fraction_of_the_base_rounded_once(
    base: int, cadence: Cadence, tier: Tier, policy: object
) -> None:
    """O33, O37, O38, D-27: also where a third or a twelfth leaves no whole cent."""
    rules = MENTO if policy is MENTO else ODD
    factors, part = FACTORS[rules.digest]
    months = 1 if tier is Tier.MONTHLY else 12
    found = plan(base, cadence, tier)
    assert price(rules, found).minor_units == half_up(base * factors[cadence])
    assert monthly_cost(rules, found) == base * factors[cadence] / months
    assert one_off_price(rules, found).minor_units == half_up(base * factors[cadence] * part / months)


@given(AMOUNTS, st.lists(st.sampled_from(Cadence), min_size=1, max_size=8))
def test_the_way_to_a_rhythm_does_not_change_its_price(base: int, way: list[Cadence]) -> None:
    """From weekly to monthly is half of the base, not half of twice as much, however often the rhythm changes."""
    found = plan(base, Cadence.FORTNIGHTLY)
    for cadence in way:
        found = plan(found.base.minor_units, cadence)
    assert price(MENTO, found) == price(MENTO, plan(base, way[-1]))


@pytest.mark.parametrize(
    ("first", "days"),
    [
        (date(2027, 1, 31), ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        (date(2028, 1, 31), ["2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]),
        (
            date(2027, 8, 30),
            ["2027-09-30", "2027-10-30", "2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"],
        ),
        (date(2027, 11, 15), ["2027-12-15", "2028-01-15"]),
    ],
)
def test_renewals_are_clamped_to_short_months_from_the_first_day(first: date, days: list[str]) -> None:
    found, day = [], first
    for _ in days:
        day = renewal_after(first, Tier.MONTHLY, day)
        found.append(day.isoformat())
    assert found == days


def test_a_year_that_began_on_a_leap_day_renews_on_the_last_of_february() -> None:
    days, day = [], date(2028, 2, 29)
    for _ in range(4):
        day = renewal_after(date(2028, 2, 29), Tier.ANNUAL, day)
        days.append(day.isoformat())
    assert days == ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]


@given(DAYS, DAYS, st.sampled_from(Tier))
def test_the_next_renewal_is_the_first_one_after_a_day(first: date, day: date, tier: Tier) -> None:
    found = renewal_after(first, tier, day)
    step = 1 if tier is Tier.MONTHLY else 12
    every = [renewal(first, tier, number) for number in range(12 * 10 // step + 12)]
    assert found == next(one for one in every if one > day or one == first > day)
    assert found > day or found == first
    last = monthrange(found.year, found.month)[1]
    assert found.day == min(first.day, last)


def test_a_month_covers_one_two_or_four_sessions_by_its_rhythm() -> None:
    """MODEL 3.1, D-09."""
    assert [nominal(MENTO, one) for one in (Cadence.MONTHLY, Cadence.FORTNIGHTLY, Cadence.WEEKLY)] == [1, 2, 4]
    three = resolved("mento", "one_on_one", "[entitlement]\nquantity = {one_on_one = 3}\n")
    assert nominal(three, Cadence.MONTHLY) == 2


@pytest.mark.parametrize(
    ("current", "following", "expected"),
    [
        (Cadence.FORTNIGHTLY, Cadence.MONTHLY, [2, 2, 1]),
        (Cadence.FORTNIGHTLY, Cadence.WEEKLY, [2, 2, 2]),
        (Cadence.WEEKLY, Cadence.MONTHLY, [4, 4, 1]),
        (Cadence.MONTHLY, Cadence.FORTNIGHTLY, [1, 1, 1]),
    ],
)
def test_a_rhythm_that_is_recorded_lowers_later_periods_at_once_and_raises_them_when_it_is_in_force(
    current: Cadence, following: Cadence, expected: list[int]
) -> None:
    """S-O-15, S-O-29; the month of the change keeps the larger number (D-27)."""
    rhythm = Rhythm(current=current, following=following, from_at=at("2027-04-15T04:00:00Z"))
    opens = ["2027-03-01T05:00:00Z", "2027-04-01T04:00:00Z", "2027-05-01T04:00:00Z"]
    assert [covered(MENTO, rhythm, opens_at=at(one)) for one in opens] == expected
    assert covered(MENTO, Rhythm(current=following), opens_at=at(opens[2])) == nominal(MENTO, following)


@given(DAYS, st.integers(1, 36))
def test_days_between_two_renewals_are_those_of_a_month(first: date, number: int) -> None:
    one, two = (renewal(first, Tier.MONTHLY, count) for count in (number, number + 1))
    assert timedelta(28) <= two - one <= timedelta(31)
