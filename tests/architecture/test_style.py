"""The house style that a machine can see (CONTRIBUTING.md): one thought per module, one screen per function, a word for everything."""

import ast
from statistics import quantiles

from tests.architecture.house import ROOMS, functions, modules

LONGEST_MODULE = 500
LONGEST_FUNCTION = 60


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """How many lines a function takes, its docstring and signature with it."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_a_module_is_one_thought() -> None:
    found = {module.name: module.lines for module in modules(*ROOMS, "bench") if module.lines > LONGEST_MODULE}
    assert found == {}


def test_a_function_shows_its_story_on_one_screen() -> None:
    found = {
        f"{module.name}:{node.name}": length(node)
        for module in modules(*ROOMS)
        for node in functions(module)
        if length(node) > LONGEST_FUNCTION
    }
    assert found == {}


def test_most_functions_are_small() -> None:
    lengths = [length(node) for module in modules(*ROOMS) for node in functions(module)]
    deciles = quantiles(lengths, n=10)
    assert deciles[4] <= 12
    assert deciles[8] <= 30


def test_every_module_says_what_it_is() -> None:
    files = [module for module in modules(*ROOMS, "tests", "bench") if module.text.strip()]
    assert [module.name for module in files if ast.get_docstring(module.tree) is None] == []


def test_nothing_is_left_to_be_done() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")
    found = [
        (module.name, number)
        for module in modules(*ROOMS, "tests", "bench", "migrations")
        for number, line in enumerate(module.text.splitlines(), 1)
        if any(mark in line for mark in marks)
    ]
    assert found == []


def test_no_error_is_swallowed() -> None:
    """Whoever catches everything does something with it; a bare `except` does not exist."""
    found = [
        (module.name, node.lineno)
        for module in modules(*ROOMS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and _swallows(node)
    ]
    assert found == []


def _swallows(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    everything = ast.unparse(handler.type) in {"Exception", "BaseException"}
    return everything and all(isinstance(line, ast.Pass) for line in handler.body)


def test_no_room_skips_a_test_or_looks_whether_it_is_tested() -> None:
    found = [
        module.name
        for module in modules(*ROOMS)
        if "pytest" in module.text or "unittest" in module.text or "PYTEST" in module.text
    ]
    assert found == []
