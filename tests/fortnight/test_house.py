"""The house: every room is a floor of it, and the documents name what is there."""

import re
import tomllib

from fortnight.settings import CHECKOUT, PREFIX, Settings

LINTER = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
LAYERS = next(contract for contract in LINTER["contracts"] if contract["type"] == "layers")["layers"]
WORKSHOPS = {"tests", "bench", "migrations"}
"""Folders with Python in them that are no part of the application."""


def rooms() -> list[str]:
    """Every top-level folder with Python in it."""
    folders = [path for path in CHECKOUT.iterdir() if path.is_dir() and path.name[0] not in "._"]
    return sorted({path.name for path in folders if any(path.rglob("*.py"))} - WORKSHOPS)


def test_every_room_is_a_layer() -> None:
    layers = {name for layer in LAYERS for name in re.split(r"\s*\|\s*", layer)}
    assert set(rooms()) == layers == set(LINTER["root_packages"])


def test_every_room_stands_on_the_page_that_shows_the_house() -> None:
    page = (CHECKOUT / "ARCHITECTURE.md").read_text("utf-8")
    assert [room for room in (*rooms(), *sorted(WORKSHOPS)) if f"{room}/" not in page] == []


def test_every_setting_stands_in_the_operators_table() -> None:
    page = (CHECKOUT / "docs" / "operations.md").read_text("utf-8")
    told = re.findall(rf"^\| `({PREFIX}\w+)` \|", page, re.MULTILINE)
    assert sorted(told) == sorted(PREFIX + name.upper() for name in Settings.model_fields)
