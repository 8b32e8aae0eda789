"""docs/rules.md is what the rules, the presets and the tests say today."""

import re

import pytest

from tests.policy.behaviours import BEHAVIOURS
from tests.policy.cast import preset
from tests.policy.rulebook import PAGE, PLATFORMS, bearing, cited, lines, page, places, published, said, told_of

ROW = re.compile(r"^\| ([MOATV]\d+) \| .* \| (.*) \| (.*) \| (.*) \| ([a-z ]+) \([a-z ]+\) \|$", re.MULTILINE)


def rows() -> dict[str, tuple[str, str, str, str]]:
    """Each rule of the page: what it says of the data, of the code, of the scenarios, and how far the rule is held."""
    return {rule: tuple(said) for rule, *said in ROW.findall(PAGE.read_text())}


def test_the_page_has_each_rule_once() -> None:
    assert [one[0] for one in ROW.findall(PAGE.read_text())] == [one.id for one in published()]
    assert len(published()) == 123


@pytest.mark.parametrize(("letter", "name"), PLATFORMS.items())
def test_the_page_names_every_place_that_cites_a_rule(letter: str, name: str) -> None:
    found = rows()
    for rule, wheres in cited(preset(name)).items():
        if rule.startswith(letter):
            named = re.findall(r"`([^`]+)` →", found[rule][0])
            assert named == wheres, f"{rule}: write docs/rules.md anew"


@pytest.mark.parametrize(("letter", "name"), PLATFORMS.items())
def test_the_probes_that_the_page_names_are_there(letter: str, name: str) -> None:
    known = {one.name for one in BEHAVIOURS[name]()}
    for rule, (data, _, _, _) in rows().items():
        if rule.startswith(letter):
            told = [part.split(" → ", 1)[1] for part in data.split("<br>") if " → " in part]
            assert {one for one in told if not one.startswith("no edit")} <= known, rule


def test_no_scenario_that_the_page_names_has_lost_its_test() -> None:
    tests = bearing()
    for rule, (_, _, scenarios, _) in rows().items():
        named = [one for one in scenarios.split(", ") if one != "–" and "(no test)" not in one]
        assert [one for one in named if one not in tests] == [], f"{rule}: write docs/rules.md anew"


def test_no_hard_rule_of_mastered_aceup_topmate_and_thrive_is_without_an_edit_that_is_noticed() -> None:
    found = rows()
    hard = [one.id for one in published() if one.type == "H" and one.id[0] in "MATV"]
    assert [rule for rule in hard if found[rule][3] != "held"] == []


def test_the_page_says_what_the_runs_over_the_code_have_found() -> None:
    told = rows()
    for rule, noticed in lines().items():
        assert told[rule][1] == "<br>".join(map(told_of, noticed)), (
            f"{rule}: python -m tests.policy.rulebook > docs/rules.md"
        )
    assert {rule for rule, said in told.items() if said[1] != "–"} == set(lines())


@pytest.mark.slow
def test_every_place_is_told_by_the_probe_that_the_page_names() -> None:
    """The whole run over the neighbours again."""
    found = rows()
    for rule, held in places().items():
        assert found[rule][0] == "<br>".join(map(said, held)), (
            f"{rule}: python -m tests.policy.rulebook > docs/rules.md"
        )


@pytest.mark.slow
def test_the_page_is_written_by_nobody_else() -> None:
    assert page() == PAGE.read_text(), "python -m tests.policy.rulebook > docs/rules.md"
