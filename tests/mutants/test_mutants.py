"""Published rules that code carries are held: each has a line which, edited, makes tests fail (docs/rules.md)."""

import ast
import tempfile
from pathlib import Path

import pytest

from tests.mutants.edits import ROOT, Edit, edits, found
from tests.mutants.run import copy_to, failing, notice

EDITS = edits()
CHEAP = "weekends count as business days"
"""What every run of the tests tries, so that the way of trying is itself tried."""


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.says)
def test_an_edit_fits_the_present_source_and_is_code(edit: Edit) -> None:
    source = (ROOT / edit.path).read_text()
    assert source.count(edit.old) == 1, "the line has changed: give the edit its present form, and run it again"
    assert edit.old != edit.new
    if edit.path.endswith(".py"):
        ast.parse(source.replace(edit.old, edit.new))


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.says)
def test_the_tests_of_an_edit_are_there_and_were_seen_to_fail(edit: Edit) -> None:
    for test in edit.tests:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text()
    assert set(found().get(edit.says, ())) == set(edit.tests), "run it: python -m tests.mutants.run"


def test_every_edit_says_something_of_its_own() -> None:
    assert len({edit.says for edit in EDITS}) == len(EDITS)


def test_a_broken_rule_is_noticed() -> None:
    edit = next(one for one in EDITS if one.says == CHEAP)
    with tempfile.TemporaryDirectory() as name:
        copy_to(Path(name))
        assert notice(Path(name), edit) == edit.tests


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_broken_rule_is_noticed_and_none_of_the_tests_fails_otherwise() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_to(folder)
        assert failing(folder, sorted({test for edit in EDITS for test in edit.tests})) == ()
        missed = [edit.says for edit in EDITS if set(notice(folder, edit)) != set(edit.tests)]
    assert missed == []
