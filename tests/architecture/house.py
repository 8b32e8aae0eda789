"""The source of the house, as text and as trees."""

import ast
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
    tree: ast.Module

    @property
    def name(self) -> str:
        """Where it lies in the checkout."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def lines(self) -> int:
        """How long it is."""
        return self.text.count("\n")

    def calls(self) -> Iterator[tuple[str, int]]:
        """What it calls, as dotted text, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """All source files of ours below these folders."""
    found: list[Module] = []
    for folder in folders:
        for path in sorted(one for one in (ROOT / folder).rglob("*.py") if "node_modules" not in one.parts):
            text = path.read_text("utf-8")
            found.append(Module(path=path, text=text, tree=ast.parse(text)))
    return tuple(found)


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a module."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
