"""When a member who cannot be reached has churned (D-23)."""

from zoneinfo import ZoneInfo

import pytest

from policy.outreach import calendar_after, churn_due, warning_at
from tests.policy.cast import at, resolved

NEW_YORK = ZoneInfo("America/New_York")
MENTO = resolved("mento", "one_on_one")
IN_TURN = resolved("mento", "one_on_one", '[outreach]\nmode = "SEQUENTIAL"\n')


@pytest.mark.parametrize(
    ("coach", "team", "due"),
    [
        ("2027-01-31T15:00:00Z", "2027-02-10T15:00:00Z", "2027-04-10T14:00:00Z"),
        ("2027-01-31T15:00:00Z", "2026-12-01T15:00:00Z", "2027-02-28T15:00:00Z"),
        ("2028-01-31T15:00:00Z", "2027-12-29T15:00:00Z", "2028-02-29T15:00:00Z"),
    ],
)
def test_the_later_of_both_periods_counts_clamped_to_month_ends(coach: str, team: str, due: str) -> None:
    assert churn_due(MENTO, NEW_YORK, coach_first_at=at(coach), team_first_at=at(team)) == at(due)


def test_one_after_the_other_the_team_begins_when_the_coach_has_ended() -> None:
    found = churn_due(
        IN_TURN, NEW_YORK, coach_first_at=at("2027-01-31T15:00:00Z"), team_first_at=at("2027-02-10T15:00:00Z")
    )
    assert found == at("2027-04-28T14:00:00Z")


@pytest.mark.parametrize(("coach", "team"), [(None, "2027-02-10T15:00:00Z"), ("2027-01-31T15:00:00Z", None)])
def test_both_have_to_have_tried(coach: str | None, team: str | None) -> None:
    first, second = (None if one is None else at(one) for one in (coach, team))
    assert churn_due(MENTO, NEW_YORK, coach_first_at=first, team_first_at=second) is None
    other = resolved("mastered", "coaching")
    assert (
        churn_due(other, NEW_YORK, coach_first_at=at("2027-01-31T15:00:00Z"), team_first_at=at("2027-01-31T15:00:00Z"))
        is None
    )


def test_the_team_is_warned_a_week_before() -> None:
    assert warning_at(at("2027-04-10T14:00:00Z")) == at("2027-04-03T14:00:00Z")


def test_a_calendar_span_keeps_the_local_time() -> None:
    assert calendar_after(at("2027-03-01T15:00:00Z"), "P1M2W3D", NEW_YORK) == at("2027-04-18T14:00:00Z")
    with pytest.raises(ValueError, match="no calendar duration"):
        calendar_after(at("2027-03-01T15:00:00Z"), "PT1H", NEW_YORK)
