"""`fortnight policy trial`: what a document decides in scenarios, and what was expected instead."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fortnight.cli import main

SIXTH = Path(__file__).parents[1] / "policy" / "data" / "sixth.toml"
FORM = """
[[scenarios]]
name = "Two days before"
kind = "session"
act = "CANCEL"
by = "MEMBER"
starts_at = 2027-03-18T17:00:00Z
notice = "P2D"
expected = {row = "cancel-half", credits = "FORFEIT 1, RELEASE 1"}
"""
SAID = """Two days before
  row          cancel-half
  reason       CANCELLED_HALF
  disposition  PART_COUNTED
  credits      FORFEIT 1, RELEASE 1
  coach earns  50.00 EUR
  messages     LATE_LOSS to MEMBER, CANCELLED to COACH
"""
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def run_one(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fortnight", "policy", "trial", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return run_one


@pytest.fixture
def form(tmp_path: Path) -> Path:
    found = tmp_path / "scenarios.toml"
    found.write_text(FORM, "utf-8")
    return found


def test_each_scenario_is_answered_by_its_name(run: Run, form: Path) -> None:
    assert run(str(SIXTH), "--scenarios", str(form)) == (0, SAID, "")


def test_what_was_expected_instead_is_marked_and_ends_with_1(run: Run, form: Path) -> None:
    form.write_text(FORM.replace('row = "cancel-half"', 'row = "cancel"'), "utf-8")
    assert run(str(SIXTH), "--scenarios", str(form)) == (1, SAID + "  EXPECTED     row: cancel, not cancel-half\n", "")


@pytest.mark.parametrize(
    ("document", "scenarios", "said"),
    [
        ("what = 1\n", FORM, "cannot be a policy"),
        (
            SIXTH.read_text("utf-8").replace("= 2, pay", "= 1, pay"),
            FORM,
            "cannot be published: reasons.CANCELLED_HALF.take",
        ),
        (SIXTH.read_text("utf-8"), FORM.replace('"MEMBER"', '"NOBODY"'), "scenarios.0.by: one of MEMBER"),
        (SIXTH.read_text("utf-8"), "this is no TOML", "this is not TOML"),
    ],
)
def test_what_cannot_be_tried_is_told_in_one_line(
    run: Run, tmp_path: Path, document: str, scenarios: str, said: str
) -> None:
    (tmp_path / "policy.toml").write_text(document, "utf-8")
    (tmp_path / "form.toml").write_text(scenarios, "utf-8")
    code, out, err = run(str(tmp_path / "policy.toml"), "--scenarios", str(tmp_path / "form.toml"))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert said in err
