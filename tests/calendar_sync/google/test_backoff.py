"""Waiting grows, is jittered in full, has an end, and never undercuts what Google asked for (CALENDAR 19)."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.google.backoff import FIRST, LONGEST, delay

fractions = st.floats(0, 1, exclude_max=True)


@pytest.mark.parametrize(
    ("attempt", "ceiling"),
    [(1, FIRST), (2, 2 * FIRST), (5, 16 * FIRST), (11, 1024 * FIRST), (12, LONGEST), (10**9, LONGEST)],
)
def test_the_wait_doubles_up_to_an_hour(attempt: int, ceiling: timedelta):
    assert delay(attempt, 0.0) == timedelta(0)
    assert delay(attempt, 0.5) == ceiling / 2


@given(st.integers(1, 10**6), fractions, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_what_google_asked_for_is_never_undercut(attempt: int, fraction: float, asked: timedelta):
    assert asked <= delay(attempt, fraction, retry_after=asked) <= asked + LONGEST


@pytest.mark.parametrize(("attempt", "fraction"), [(0, 0.5), (-1, 0.5), (1, 1.0), (1, -0.1)])
def test_an_attempt_or_fraction_out_of_range_is_refused(attempt: int, fraction: float):
    with pytest.raises(ValueError, match="attempts count from 1"):
        delay(attempt, fraction)
