"""What two policies state differently is told path by path, and nothing else."""

from contextlib import suppress

import pytest

from policy.difference import Difference, differences
from policy.document import PolicyError
from policy.presets import PRESETS
from tests.policy.cast import preset
from tests.policy.neighbours import neighbours


def told(name: str, more: str) -> list[tuple[str, str | None, str | None, str | None]]:
    found = differences(preset(name), preset(name, more))
    return [(one.path, one.kind, one.before, one.after) for one in found]


def test_a_value_is_told_once_for_all_kinds_with_the_rule_that_it_no_longer_follows() -> None:
    assert told("mastered", "[booking]\nhorizon_periods = 2\nmin_notice = 'PT2H'\n") == [
        ("booking.horizon_periods", None, "1", "2"),
        ("booking.min_notice", None, "PT0S", "PT2H"),
    ]
    assert told("mento", "[attendance]\nnudge_after = 'PT6M'\n") == [
        ("attendance.nudge_after", None, "PT5M", "PT6M"),
        ("attendance.nudge_after.rule", None, "O17", None),
    ]


def test_what_differs_for_one_kind_names_it() -> None:
    assert told("mastered", "[kinds.mentor.values.booking]\nmin_notice = 'PT2H'\n") == [
        ("booking.min_notice", "mentor", "PT0S", "PT2H")
    ]
    assert ("kinds.extra", "extra", None, "Extra") in told(
        "mastered", '[kinds.extra]\nname = "Extra"\nduration = "PT30M"\nunits = 0\npay = 0\n'
    )


def test_rows_are_told_field_by_field_and_their_order_besides() -> None:
    changed = differences(preset("mastered"), preset("thrive"))
    rows = {one.path: (one.before, one.after) for one in changed if one.path.startswith("change.rules")}
    # The two have no kind in common: only the kinds are told.
    assert rows == {}
    one, two = preset("mastered"), preset("mastered", _with_exchanged_rows())
    found = {each.path: (each.before, each.after) for each in differences(one, two)}
    assert found["change.rules of MEMBER CANCEL"] == ("cancel, cancel-late", "cancel-late, cancel")


def _with_exchanged_rows() -> str:
    exchanged = next(one for one in neighbours("mastered") if one.label == "exchanged")
    return exchanged.document.removeprefix('extends = "mastered"\n')


@pytest.mark.parametrize("name", PRESETS)
def test_a_policy_does_not_differ_from_itself(name: str) -> None:
    assert differences(preset(name), preset(name, "[tallies]\n" if name != "mento" else "")) == ()


def test_every_edit_of_a_preset_is_told() -> None:
    base = preset("mento")
    for one in list(neighbours("mento"))[::7]:
        with suppress(PolicyError):  # an edit that is no policy differs from none
            assert differences(base, one.load()), f"{one.where}: {one.label}"


def test_a_difference_is_data() -> None:
    assert differences(preset("mastered"), preset("mastered", "name = 'Ours'\n")) == (
        Difference(path="name", kind=None, before="Mastered", after="Ours"),
    )
