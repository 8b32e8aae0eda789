"""Each rule for calendars has a test, and this test fails when the rule is broken."""

import ast
import os
import subprocess
import sys

import pytest

from tests.calendar_rules.rules import ALL, NUMBERS, OPEN, PAGE, ROOT, RULES, Rule, page

EACH = pytest.mark.parametrize("rule", ALL, ids=lambda rule: f"rule-{rule.name}")


def test_every_rule_is_held_once_or_said_to_be_open() -> None:
    assert sorted([*(rule.number for rule in RULES), *OPEN]) == list(NUMBERS)
    assert len({rule.name for rule in ALL}) == len(ALL)


def test_the_page_says_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


@EACH
def test_the_place_of_each_mutant_is_there_once_and_its_test_exists(rule: Rule) -> None:
    source = (ROOT / rule.file).read_text(encoding="utf-8")
    assert source.count(rule.old) == 1
    compile(source.replace(rule.old, rule.new), rule.file, "exec")
    file, _, name = rule.test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.slow
@pytest.mark.timeout(300)
@EACH
def test_each_mutant_is_caught_by_the_test_of_its_rule(rule: Rule) -> None:
    command = [sys.executable, "-m", "pytest", "-p", "tests.calendar_rules.mutation", "-n0", "-x", "-q", rule.test]
    environment = {**os.environ, "MUTANT_OF_RULE": rule.name}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    # 1: tests failed. Anything else, such as no test found or a mutant that cannot be imported, shows nothing.
    assert ended.returncode == 1, ended.stdout[-2000:] + ended.stderr[-2000:]
    assert f"FAILED {rule.test}" in ended.stdout, ended.stdout[-2000:]
