"""The help page is complete: no kind, row, reason, count or value of a policy is missing from it."""

import pytest

from policy.document import resolve
from policy.help_page import parameter_sentences, reason_sentences, row_sentences
from policy.help_text import help_page, tally_sentences
from policy.presets import PRESETS
from tests.policy.cast import preset


@pytest.mark.parametrize("name", [*PRESETS, "sixth"])
def test_every_sentence_of_every_kind_stands_on_the_page(name: str) -> None:
    policy = preset(name)
    page = help_page(policy)
    assert page.startswith(f"# {policy.name}\n")
    lines = page.splitlines()
    for code, kind in policy.kinds.items():
        assert any(line.startswith(f"- {kind.name} ({code}): ") for line in lines)
        rules = resolve(policy, code)
        sentences = (*row_sentences(rules), *reason_sentences(rules), *parameter_sentences(rules))
        for one in (*sentences, *tally_sentences(rules)):
            assert f"- {one}" in lines or f"- For {kind.name}: {one}" in lines


@pytest.mark.parametrize("name", [*PRESETS, "sixth"])
def test_a_sentence_stands_there_once(name: str) -> None:
    lines = [line for line in help_page(preset(name)).splitlines() if line.startswith("- ")]
    assert len(lines) == len(set(lines))
    assert all(line.endswith(".") for line in lines)


def test_counts_say_what_follows_them() -> None:
    page = help_page(preset("sixth"))
    assert "- graces: MOVED_LATE, of the member, at any time: serves conditions only.\n" in page
    assert (
        "- absences: CLIENT_NO_SHOW, of the member, within 1440 h: at 3, the member makes no new booking, for 336 h.\n"
        in page
    )


STEPS = """
[tallies.everything]
of = "COACH"
counts = {COACH_CANCELLED = 2, COACH_MISSED = 1}
window = "TERM"
in_a_row = true
rule = "X1"
steps = [
  {at = 1, then = ["WARN", "TASK"]},
  {at = 2, then = ["CHARGE", "HIDE"], amount = "5.00", for = "PAID"},
  {at = 3, then = ["PAUSE"], for = "P2M"},
  {at = 4, then = ["SAME_DAY"], for = "PERIOD", kinds = ["mentor"]},
  {at = 5, then = ["BLOCK"], for = "TERM"},
  {at = 6, then = ["BLOCK"], for = "STAFF"},
  {every = 7, then = ["CANCEL_FUTURE", "END"]},
]
"""


def test_every_sanction_and_every_end_has_its_words() -> None:
    (said,) = tally_sentences(resolve(preset("mastered", STEPS), "mentor"))
    assert said == (
        "everything: COACH_CANCELLED 2 times over, COACH_MISSED in a row, of the coach, in the same term: "
        "at 1, the coach is warned and the team looks into it; "
        "at 2, the coach owes 5.00 EUR and only members who know the coach book them, until it is paid; "
        "at 3, nobody books the coach, for P2M; "
        "at 4, the member books only for the same day of mentor, until the period ends; "
        "at 5, the member makes no new booking, until the term ends; "
        "at 6, the member makes no new booking, until the team lifts it; "
        "at every 7, the coach's scheduled sessions are cancelled and the membership ends (X1)."
    )


@pytest.mark.parametrize("window", ["SESSION", "LOT", "PERIOD", "ALL", "P1D"])
def test_every_window_has_its_words(window: str) -> None:
    more = f'[tallies.t]\nof = "MEMBER"\ncounts = {{OTHER = 1}}\nwindow = "{window}"\n'
    (said,) = tally_sentences(resolve(preset("mastered", more), "mentor"))
    words = {
        "SESSION": "in the same session",
        "LOT": "in sessions paid from the same credits",
        "PERIOD": "in the same period",
        "ALL": "at any time",
        "P1D": "within 24 h",
    }
    assert said == f"t: OTHER, of the member, {words[window]}: serves conditions only."
