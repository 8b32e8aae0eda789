"""Whatever becomes of a membership, its ledger and its charges stay those of exact fractions (D-09, D-27, D-29, MODEL 6, 7)."""

from calendar import monthrange
from datetime import date
from fractions import Fraction
from math import floor

import pytest

from tests.scenarios.memberships import CANCEL, another_rhythm, changed, membership, mento
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage

FACTORS = {"MONTHLY": Fraction(1, 2), "FORTNIGHTLY": Fraction(1), "WEEKLY": Fraction(2)}
COVERED = {"MONTHLY": 1, "FORTNIGHTLY": 2, "WEEKLY": 4}
BASE = 24001
"""An odd number of minor units, of which half is no whole one."""


def charges(stage: Stage) -> list[int]:
    query = "{ viewer { money(first: 100) { nodes { kind amount { minorUnits } } } } }"
    nodes = stage.ask("Leo", query)["viewer"]["money"]["nodes"]
    return [node["amount"]["minorUnits"] for node in nodes if node["kind"] == "CHARGE"]


def exact(cadence: str) -> int:
    return floor(BASE * FACTORS[cadence] + Fraction(1, 2))


def clamped(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))


def covers(stage: Stage) -> dict[str, int]:
    """Of each month, the units that it was given and that were not taken back."""
    parts = ("available", "held", "used", "forfeited", "expired")
    return {name[-7:]: sum(lot[part] for part in parts) for name, lot in stage.entitlements("Leo").items()}


@pytest.mark.parametrize(
    ("first", "way"),
    [
        (date(2027, 1, 31), ["WEEKLY", "MONTHLY", "FORTNIGHTLY"]),
        (date(2027, 3, 1), ["MONTHLY", "WEEKLY", "MONTHLY"]),
        (date(2027, 12, 31), ["WEEKLY", "MONTHLY", "WEEKLY"]),  # 2028 is a leap year
        (date(2028, 1, 30), ["MONTHLY", "FORTNIGHTLY", "WEEKLY"]),
    ],
)
def test_each_month_costs_and_covers_what_its_rhythm_says(open_stage: OpenStage, first: date, way: list[str]) -> None:
    plan = {"tier": "MONTHLY", "basePrice": {"minorUnits": BASE, "currency": "EUR"}, "cadence": "FORTNIGHTLY"}
    stage = mento(open_stage, at=f"{first.isoformat()}T15:00:00Z", plan=plan)
    due, months = [exact("FORTNIGHTLY")], {first.isoformat()[:7]: COVERED["FORTNIGHTLY"]}
    before = "FORTNIGHTLY"
    for number, cadence in enumerate(way, 1):
        another_rhythm(stage, cadence)
        renewal = clamped(first, number)
        assert membership(stage)["nextCadenceOn"] == renewal.isoformat()
        stage.at(f"{renewal.isoformat()}T15:00:00Z")
        due.append(exact(cadence))
        # The month in which the rhythm changes keeps the larger number; one that begins with the change is all the new one's.
        larger = COVERED[cadence] if renewal.day == 1 else max(COVERED[before], COVERED[cadence])
        months[renewal.isoformat()[:7]] = larger
        before = cadence
    assert charges(stage) == due
    found = covers(stage)
    assert {month: found[month] for month in months} == months
    later = {units for month, units in found.items() if month > max(months)}
    assert later == {COVERED[way[-1]]}


def test_a_cancellation_on_the_renewal_day_ends_the_month_that_was_just_paid(open_stage: OpenStage) -> None:
    stage = mento(open_stage, at="2028-01-31T15:00:00Z")
    stage.at("2028-02-29T05:00:00Z")
    changed(stage, "Leo", CANCEL, "canCancel")
    assert membership(stage)["endsOn"] == "2028-03-31"
    stage.at("2028-05-01T00:00:00Z")
    assert charges(stage) == [24000, 24000]
    assert {lot["available"] + lot["held"] for lot in stage.entitlements("Leo").values()} == {0}
