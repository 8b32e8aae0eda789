"""Raw values of a document become typed ones, or an error that says what is wanted."""

from datetime import time, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from policy.matters import LimitPer
from policy.parameters import PARAMETERS, BookingLimit, PolicyError, read_amount, read_fraction


@pytest.mark.parametrize("name", PARAMETERS)
def test_every_default_can_be_read_and_every_parameter_says_what_it_is_about(name: str) -> None:
    parameter = PARAMETERS[name]
    parameter.read(parameter.default)
    assert parameter.text.endswith(".")
    assert name.count(".") == 1


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("booking.horizon_periods", 0, 0),
        ("booking.deadline_day", "NONE", None),
        ("booking.deadline_day", 31, 31),
        ("booking.deadline_time", "20:00", time(20)),
        ("booking.start_grid", "PT1M", timedelta(minutes=1)),
        ("booking.start_grid", "P1D", timedelta(days=1)),
        ("booking.limits", [{"count": 2, "per": "WEEK"}], (BookingLimit(count=2, per=LimitPer.WEEK),)),
        ("booking.max_arrears", "20.00", Decimal("20.00")),
        ("booking.max_arrears", "20", Decimal(20)),
        ("entitlement.pack_validity", "P1Y6M", "P1Y6M"),
        ("outcome.prompt_reminders", [], ()),
        ("price.cadence_factor", {"WEEKLY": "2"}, {"WEEKLY": Fraction(2)}),
        ("conference.provider", "NONE", "NONE"),
    ],
)
def test_values_are_typed(name: str, raw: Any, value: Any) -> None:
    assert PARAMETERS[name].read(raw) == value


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("booking.horizon_periods", -1),
        ("booking.horizon_periods", 121),
        ("booking.horizon_periods", True),
        ("booking.horizon_periods", "1"),
        ("booking.horizon_periods", 1.0),
        ("booking.self_service", 1),
        ("booking.self_service", "true"),
        ("booking.horizon", 90),
        ("booking.horizon", "P3M"),
        ("booking.deadline_day", 0),
        ("booking.deadline_day", 32),
        ("booking.deadline_time", "25:00"),
        ("booking.deadline_time", "20:00+01:00"),
        ("booking.deadline_time", 20),
        ("booking.start_grid", "PT0S"),
        ("booking.start_grid", "PT90S"),
        ("booking.start_grid", "P2D"),
        ("booking.limits", {"count": 2, "per": "WEEK"}),
        ("booking.limits", [{"count": 2}]),
        ("booking.limits", ["2 per WEEK"]),
        ("booking.limits", [{"count": 0, "per": "WEEK"}]),
        ("booking.limits", [{"count": 2, "per": "YEAR"}]),
        ("booking.limits", [{"count": 1, "per": "DAY"}] * 21),
        ("booking.max_arrears", 20),
        ("booking.max_arrears", "20.5"),
        ("booking.max_arrears", "-20.00"),
        ("entitlement.period", "MONTH"),
        ("entitlement.period_days", 0),
        ("entitlement.pack_validity", "PT24H"),
        ("entitlement.pack_validity", "P"),
        ("price.cadence_factor", "1/2"),
        ("price.one_off_fraction", "-1/2"),
        ("fee.payer", "NOBODY"),
        ("case.on_timeout", ""),
        ("case.on_timeout", "x" * 201),
        ("case.on_timeout", "RE\u0000FUND"),
        ("case.on_timeout", "RE\u0085FUND"),
    ],
)
def test_other_values_are_refused_with_what_is_wanted(name: str, raw: Any) -> None:
    with pytest.raises(ValueError, match=r".+"):
        PARAMETERS[name].read(raw)


@pytest.mark.parametrize("raw", [True, 0.5, None, "half", "1/0", "1e9", "1/", "٣", "9999999999"])
def test_a_part_is_a_whole_number_or_a_fraction_as_text(raw: Any) -> None:
    with pytest.raises(ValueError, match="fraction"):
        read_fraction(raw)


def test_amounts_and_parts_are_exact() -> None:
    assert read_amount("0.07") == Decimal("0.07")
    assert read_fraction("2/6") == Fraction(1, 3)
    assert read_fraction(1) == 1


def test_an_error_names_its_path() -> None:
    assert str(PolicyError("is not known", "booking", "horizont")) == "booking.horizont: is not known"
    assert str(PolicyError("this is not TOML")) == "this is not TOML"
