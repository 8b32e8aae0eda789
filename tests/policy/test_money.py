"""Exact amounts, rounded once, half up (D-27, D-56)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.money import Money
from tests.policy.cast import money


@pytest.mark.parametrize(
    ("amount", "part", "result"),
    [
        ("100.00", Fraction(1, 2), "50.00"),
        ("0.01", Fraction(1, 2), "0.01"),
        ("0.03", Fraction(1, 2), "0.02"),
        ("0.03", Fraction(1, 3), "0.01"),
        ("0.01", Fraction(49, 100), "0.00"),
        ("60.00", Fraction(0), "0.00"),
        ("60.00", Fraction(1), "60.00"),
    ],
)
def test_a_part_of_an_amount_is_rounded_half_up(amount: str, part: Fraction, result: str) -> None:
    assert money(amount).times(part) == money(result)


@given(st.integers(0, 10**9), st.fractions(0, 1))
def test_what_is_kept_and_what_goes_back_differ_by_a_cent_at_most(minor_units: int, part: Fraction) -> None:
    whole = Money(minor_units=minor_units, currency="EUR")
    assert 0 <= whole.times(part).minor_units + whole.times(1 - part).minor_units - minor_units <= 1


def test_an_amount_reads_in_major_units_and_an_amount_of_nothing_is_none() -> None:
    assert str(money("1234.05")) == "1234.05 EUR"
    assert money("0.01")
    assert not money("0.00")
