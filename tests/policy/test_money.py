"""Exact amounts, rounded once, half up (D-27, D-56)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.document import load_overlay
from policy.money import Money
from policy.parameters import PolicyError
from tests.policy.cast import money, preset


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


@pytest.mark.parametrize(
    ("amount", "currency", "minor_units", "words"),
    [
        ("500", "JPY", 500, "500 JPY"),
        ("500.00", "JPY", 500, "500 JPY"),
        ("60.001", "KWD", 60001, "60.001 KWD"),
        ("60", "KWD", 60000, "60.000 KWD"),
        ("0.05", "EUR", 5, "0.05 EUR"),
        ("1.0001", "CLF", 10001, "1.0001 CLF"),
        ("0", "JPY", 0, "0 JPY"),
    ],
)
def test_an_amount_has_the_decimals_of_its_currency(amount: str, currency: str, minor_units: int, words: str) -> None:
    found = Money.of(Decimal(amount), currency)
    assert (found.minor_units, str(found)) == (minor_units, words)


@pytest.mark.parametrize(
    ("minor_units", "currency", "half"), [(101, "JPY", 51), (60001, "KWD", 30001), (6001, "EUR", 3001)]
)
def test_half_of_it_is_rounded_to_its_smallest_unit(minor_units: int, currency: str, half: int) -> None:
    assert Money(minor_units=minor_units, currency=currency).times(Fraction(1, 2)).minor_units == half


@pytest.mark.parametrize(
    ("currency", "stated", "path"),
    [
        ("JPY", '[kinds.call]\nprice = "500.50"\n', "kinds.call.price"),
        ("EUR", '[reasons.OTHER]\nfee = "5.005"\n', "reasons.OTHER.fee"),
        ("KWD", '[booking]\nmax_arrears = "5.0005"\n', "booking.max_arrears"),
        (
            "JPY",
            '[kinds.call.values]\nentitlement.extension_fee = "5.05"\n',
            "kinds.call.values.entitlement.extension_fee",
        ),
    ],
)
def test_a_document_states_no_less_than_its_currencys_smallest_unit(currency: str, stated: str, path: str) -> None:
    with pytest.raises(PolicyError) as error:
        preset("topmate", f'currency = "{currency}"\n{stated}')
    assert ".".join(error.value.path) == path


def test_a_contract_states_amounts_in_the_currency_of_the_policy() -> None:
    yen = preset("topmate", 'currency = "JPY"\n')
    load_overlay('[booking]\nmax_arrears = "500"\n', yen)
    with pytest.raises(PolicyError, match="JPY has no decimals"):
        load_overlay('[booking]\nmax_arrears = "500.50"\n', yen)
