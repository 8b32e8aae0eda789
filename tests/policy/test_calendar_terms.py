"""A term lasts until the next one begins, by the organisation's own dates (MODEL 3.5)."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from policy.calendar_terms import end_of_term, term_of
from tests.policy.cast import ZONES

TERMS = (date(2027, 1, 11), date(2027, 4, 12))
AUCKLAND = replace(ZONES, organisation=ZoneInfo("Pacific/Auckland"), terms=TERMS)


@pytest.mark.parametrize(
    ("at", "term"),
    [
        ("2027-01-10T10:59:59Z", 0),
        ("2027-01-10T11:00:00Z", 1),  # midnight in Auckland
        ("2027-04-11T11:59:59Z", 1),
        ("2027-04-11T12:00:00Z", 2),
        ("2030-01-01T00:00:00Z", 2),
    ],
)
def test_an_instant_lies_in_the_term_of_its_date_there(at: str, term: int) -> None:
    assert term_of(AUCKLAND, datetime.fromisoformat(at)) == term


def test_a_term_ends_when_the_next_begins_and_the_last_one_does_not() -> None:
    assert end_of_term(AUCKLAND, datetime(2027, 2, 1, tzinfo=UTC)) == datetime(2027, 4, 11, 12, tzinfo=UTC)
    assert end_of_term(AUCKLAND, datetime(2027, 5, 1, tzinfo=UTC)) is None


def test_where_there_are_no_terms_all_of_time_is_one() -> None:
    assert term_of(ZONES, datetime(2027, 2, 1, tzinfo=UTC)) == term_of(ZONES, datetime(2037, 2, 1, tzinfo=UTC))
    assert end_of_term(ZONES, datetime(2027, 2, 1, tzinfo=UTC)) is None
