"""The source of the house, as text and as trees."""

import ast
import gc
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LINTER: dict[str, Any] = PROJECT["tool"]["importlinter"]
ROOMS: tuple[str, ...] = tuple(LINTER["root_packages"])
WORKSHOPS = ("migrations", "tests", "bench")


@dataclass(frozen=True, slots=True, kw_only=True)
class Module:
    """One source file."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """Where it lies in the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")

    @property
    def tree(self) -> ast.Module:
        """What it says, read once however often it is asked for."""
        return _tree(self.text)

    def calls(self) -> Iterator[tuple[str, int]]:
        """What it calls, as dotted text, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno


@cache
def _tree(text: str) -> ast.Module:
    tree = ast.parse(text)
    # It stays to the end, and is large: looked through again at each collection, reading all of them takes five times as long.
    gc.freeze()
    return tree


def modules(*folders: str) -> Iterator[Module]:
    """All source files of ours below these folders."""
    for folder in folders:
        for path in sorted(one for one in (ROOT / folder).rglob("*.py") if "node_modules" not in one.parts):
            yield _module(path)


@cache
def _module(path: Path) -> Module:
    return Module(path=path, text=path.read_text("utf-8"))


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
