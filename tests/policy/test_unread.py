"""Which parameters the product reads: the list of those that nothing reads may only shrink."""

import ast
from collections.abc import Iterator
from pathlib import Path

from policy.parameters import PARAMETERS
from tests.policy.unread import READ_ELSEWHERE, UNREAD

ROOT = Path(__file__).parents[2]
ROOMS = ("policy", "models", "commands", "api", "calendar_sync", "notifications", "worker", "fortnight")
DATA = (ROOT / "policy" / "parameters.py", ROOT / "policy" / "references.py", ROOT / "policy" / "publication.py")
"""Where parameters are described and checked, which is not reading them."""


def said_in(room: str) -> Iterator[str]:
    """Every text in a room's code that is not documentation."""
    for file in sorted((ROOT / room).rglob("*.py")):
        if file not in DATA:
            tree = ast.parse(file.read_text(encoding="utf-8"))
            prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
                    yield node.value


def read_by(room: str) -> set[str]:
    """The parameters that a room names, alone or quoted in SQL."""
    texts = list(said_in(room))
    return {name for name in PARAMETERS if any(text == name or f"'{name}'" in text for text in texts)}


def test_exactly_these_parameters_are_read_by_nobody() -> None:
    assert set(PARAMETERS) - set().union(*(read_by(room) for room in ROOMS)) == UNREAD


def test_exactly_these_are_read_only_outside_the_rule_book() -> None:
    assert set(PARAMETERS) - UNREAD - read_by("policy") == READ_ELSEWHERE
