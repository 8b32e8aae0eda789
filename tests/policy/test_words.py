"""Durations, limits, amounts and values as people read them."""

from datetime import time, timedelta
from fractions import Fraction
from typing import Any

import pytest

from policy.matters import LimitPer
from policy.parameters import BookingLimit
from policy.terms import Basis
from policy.words import duration_words, limit_words, part_words, units_words, value_words
from tests.policy.cast import TICK, money


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=24) - timedelta(seconds=1), "23 h 59 min 59 s"),
        (timedelta(hours=48), "48 h"),
        (timedelta(minutes=45), "45 min"),
        (timedelta(0), "0 s"),
        (timedelta(hours=1, seconds=5), "1 h 5 s"),
        (timedelta(hours=48) - TICK, "47 h 59 min 59.999999 s"),
        (timedelta(seconds=1, milliseconds=500), "1.5 s"),
        (timedelta(hours=1, milliseconds=10), "1 h 0.01 s"),
    ],
)
def test_a_duration(span: timedelta, words: str) -> None:
    assert duration_words(span) == words


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("PT48H", "48 h before"),
        ("P3D", "72 h before"),
        ("1d 20:00", "20:00 on the day before"),
        ("0d 00:00", "00:00 on the day itself"),
        ("2d 08:30", "08:30 2 days before"),
        ("1bd 20:00", "20:00 1 business day before"),
        ("3bd 12:00", "12:00 3 business days before"),
    ],
)
def test_a_limit(limit: str, words: str) -> None:
    assert limit_words(limit) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        ((), "none"),
        (True, "yes"),
        (False, "no"),
        (3, "3"),
        (timedelta(days=30), "720 h"),
        (Basis.FIXED, "fixed"),
        (time(20), "20:00:00"),
        ("P1M", "P1M"),
        (BookingLimit(count=2, per=LimitPer.WEEK), "2 per week"),
        ((timedelta(days=1), timedelta(hours=1)), "24 h, 1 h"),
        ({"WEEKLY": Fraction(2), "MONTHLY": Fraction(1, 2)}, "weekly 2, monthly 1/2"),
    ],
)
def test_a_value(value: Any, words: str) -> None:
    assert value_words(value) == words


def test_units_and_parts() -> None:
    assert (units_words(1), units_words(2)) == ("1 unit", "2 units")
    assert part_words(money("20.00"), "the price") == "20.00 EUR"
    assert part_words(Fraction(1, 2), "the price") == "1/2 of the price"
    assert part_words(Fraction(1), "the price") == "the price"
