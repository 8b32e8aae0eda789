"""Rooms and arrows: where a line may stand, and what it may know (ARCHITECTURE.md)."""

import re
from collections import defaultdict
from importlib import import_module
from typing import Any

import grimp
import pytest

from tests.architecture.house import LINTER, ROOMS, ROOT, WORKSHOPS, modules


def test_every_top_level_package_is_a_room_of_the_contract() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages - set(WORKSHOPS) == set(ROOMS)
    layers = next(one for one in LINTER["contracts"] if one["type"] == "layers")["layers"]
    assert {room.strip() for layer in layers for room in layer.split("|")} == set(ROOMS)


def test_the_contracts_hold(capsys: pytest.CaptureFixture[str]) -> None:
    lint: Any = import_module("importlinter.cli").lint_imports
    assert lint(config_filename=str(ROOT / "pyproject.toml"), no_cache=True) == 0, capsys.readouterr().out


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*ROOMS, exclude_type_checking_imports=True, cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # The types of the public schema refer to each other, as they do in the schema; they import each other when asked.
    assert [circle for circle in _circles(arrows) if not all(one.startswith("api.types.") for one in circle)] == []


def _circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The sets of modules from each of which every other one is reached (Tarjan, without recursion)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[set[str]] = []
    for root, known in arrows.items():
        work = [(root, iter(known))] if root not in index else []
        if work:
            index[root] = low[root] = len(index)
            stack.append(root)
        while work:
            module, rest = work[-1]
            following = next(rest, None)
            if following is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[module])
                if low[module] == index[module]:
                    circle = set(stack[stack.index(module) :])
                    del stack[stack.index(module) :]
                    found += [circle] if len(circle) > 1 else []
            elif following not in index:
                index[following] = low[following] = len(index)
                stack.append(following)
                work.append((following, iter(arrows[following])))
            elif following in stack:
                low[module] = min(low[module], index[following])
    return found


def test_circles_are_found() -> None:
    arrows = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert _circles(arrows) == [{"b", "c"}]
    assert _circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


def test_every_room_is_described_in_the_architecture() -> None:
    described = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    for room in ROOMS:
        assert f"\n{room}/ " in described, room


def test_nobody_but_the_unit_ends_a_transaction() -> None:
    """Rooms open a Unit; only models/unit.py sends COMMIT, a rehearsal ROLLBACK, and migrating is the owner's (decision 1).

    The Google double is another server, with a store of its own.
    """
    allowed = {"models/unit.py", "models/rehearsal.py", "fortnight/database.py", "calendar_sync/google_double/store.py"}
    found: dict[str, list[int]] = defaultdict(list)
    for module in modules(*ROOMS):
        for call, line in module.calls():
            if call.rsplit(".", 1)[-1] in {"commit", "rollback", "begin_nested"} and "connection" in call:
                found[module.name].append(line)
        if '"COMMIT"' in module.text or '"ROLLBACK"' in module.text:
            found[module.name].append(0)
    assert set(found) <= allowed, dict(found)


def test_nobody_but_the_edge_reads_a_clock_or_rolls_dice() -> None:
    """`now` is an argument; identity comes from the database (decision 3)."""
    clocks = re.compile(r"(?:\w+\.)*(?:datetime|date)\.(?:now|utcnow|today)|time\.time(?:_ns)?")
    dice = re.compile(r"uuid\.uuid[14]|uuid4|random\.\w+|(?:secrets\.)?token_\w+")
    # The Google double stands for somebody else's server; a key that is handed out is drawn where the request comes in.
    others = ("fortnight/", "calendar_sync/google_double/")
    assert [found for found in _called(clocks) if not found[0].startswith(others)] == []
    assert [found for found in _called(dice) if not found[0].startswith((*others, "api/"))] == []


def _called(name: re.Pattern[str]) -> list[tuple[str, int, str]]:
    """Where something of this name is called."""
    return [
        (module.name, line, call)
        for module in modules(*ROOMS)
        for call, line in module.calls()
        if name.fullmatch(call) is not None
    ]


def test_the_rule_book_needs_nothing_but_the_standard_library_and_pydantic() -> None:
    import ast
    import sys

    pure = sys.stdlib_module_names - {
        "random",
        "time",
        "uuid",
        "os",
        "asyncio",
        "logging",
        "socket",
        "subprocess",
        "threading",
    }
    for module in modules("policy"):
        for node in ast.walk(module.tree):
            names = (
                [name.name for name in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert name.partition(".")[0] in {*pure, "policy", "pydantic"}, (module.name, name)
