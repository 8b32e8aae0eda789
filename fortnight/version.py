"""Which Fortnight this is. It is never installed as a package, so its own project file says so."""

import tomllib
from functools import cache

from fortnight.settings import CHECKOUT


@cache
def version() -> str:
    """The version in pyproject.toml."""
    with (CHECKOUT / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]
