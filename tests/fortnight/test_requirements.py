"""The lock files are in step with pyproject.toml: asked of the installed packages, without any network."""

import ast
import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from fortnight.settings import CHECKOUT
from tests.architecture.house import ROOMS, WORKSHOPS, modules

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEVELOPMENT = RUNTIME + [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]
FILES = [("requirements.txt", RUNTIME), ("requirements-dev.txt", DEVELOPMENT)]


def pins(file: str) -> dict[str, Requirement]:
    """The pinned packages of a lock file by their canonical names."""
    text = re.sub(r"\\\n", " ", (CHECKOUT / file).read_text("utf-8"))
    found = [Requirement(line.partition("--hash")[0]) for line in text.splitlines() if line.strip()]
    return {canonicalize_name(one.name): one for one in found}


def applies(requirement: Requirement, extras: frozenset[str] = frozenset()) -> bool:
    """Whether a requirement counts on this platform."""
    if requirement.marker is None:
        return True
    return any(requirement.marker.evaluate({"extra": extra}) for extra in (extras or {""}))


def closure(roots: list[Requirement]) -> set[str]:
    """Everything that these need on this platform, as the installed packages say."""
    found: dict[str, set[str]] = {}
    waiting = [one for one in roots if applies(one)]
    while waiting:
        requirement = waiting.pop()
        name, extras = canonicalize_name(requirement.name), set(requirement.extras)
        if name in found and extras <= found[name]:
            continue
        found[name] = found.get(name, set()) | extras
        needs = [Requirement(text) for text in distribution(name).requires or []]
        waiting += [one for one in needs if applies(one, frozenset(found[name] | {""}))]
    return set(found)


@pytest.mark.parametrize(("file", "wanted"), FILES)
def test_every_dependency_is_pinned_to_a_version_that_fits(file: str, wanted: list[Requirement]) -> None:
    pinned = pins(file)
    for requirement in wanted:
        pin = pinned[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(Version(str(pin.specifier).removeprefix("==")), prereleases=True), (
            requirement
        )


@pytest.mark.parametrize(("file", "wanted"), FILES)
def test_nothing_is_missing_and_nothing_is_left_over(file: str, wanted: list[Requirement]) -> None:
    on_this_platform = {name for name, pin in pins(file).items() if applies(pin)}
    assert closure(wanted) == on_this_platform


def test_what_is_installed_is_what_is_pinned() -> None:
    different: dict[str, str] = {}
    for name, pin in pins("requirements-dev.txt").items():
        if applies(pin):
            try:
                installed = distribution(name).version
            except PackageNotFoundError:
                installed = "missing"
            if f"=={installed}" != str(pin.specifier):
                different[name] = f"{installed}, pinned {pin.specifier}"
    assert different == {}


def test_both_files_pin_the_same_versions() -> None:
    development = pins("requirements-dev.txt")
    for name, pin in pins("requirements.txt").items():
        assert str(development[name].specifier) == str(pin.specifier)


@pytest.mark.parametrize("file", [file for file, _ in FILES])
def test_every_package_has_hashes_and_no_address_is_named(file: str) -> None:
    text = (CHECKOUT / file).read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)
    assert not re.search(r"://|--(extra-)?index|--find-links|file:", text)


def test_every_dependency_has_its_reason_in_the_documents() -> None:
    reasons = (CHECKOUT / "docs" / "dependencies.md").read_text("utf-8")
    missing = [one.name for one in DEVELOPMENT if f"| `{one.name}` |" not in reasons]
    assert missing == []
    named = re.findall(r"^\| `([^`]+)` \|", reasons, re.MULTILINE)
    assert sorted(named) == sorted({one.name for one in DEVELOPMENT})


def imported(rooms: tuple[str, ...]) -> set[str]:
    """The top-level packages that the code of these rooms imports."""
    found: set[str] = set()
    for source in modules(*rooms):
        for node in ast.walk(source.tree):
            match node:
                case ast.Import():
                    found |= {name.name.partition(".")[0] for name in node.names}
                case ast.ImportFrom(module=str(module), level=0):
                    found.add(module.partition(".")[0])
                case _:
                    continue
    return found - sys.stdlib_module_names - {"_typeshed", *ROOMS, *WORKSHOPS}


@pytest.mark.parametrize(("rooms", "wanted"), [(ROOMS, RUNTIME), ((*ROOMS, *WORKSHOPS), DEVELOPMENT)])
def test_everything_that_is_imported_is_named(rooms: tuple[str, ...], wanted: list[Requirement]) -> None:
    named = {canonicalize_name(one.name) for one in wanted}
    brought_by = packages_distributions()
    unnamed = {
        module
        for module in imported(rooms)
        if not {canonicalize_name(name) for name in brought_by.get(module, [])} & named
    }
    assert unnamed == set()


def test_no_file_of_the_project_names_a_machine(request: pytest.FixtureRequest) -> None:
    names = ("Makefile", "alembic.ini", "pyproject.toml", "requirements.txt", "requirements-dev.txt", ".ci/run")
    for path in [Path(request.config.rootpath) / name for name in names]:
        assert not re.search(r"/(home|root|Users)/", path.read_text("utf-8")), path
