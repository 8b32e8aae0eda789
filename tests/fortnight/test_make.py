"""make: what a bare machine lacks is told in one line, and nothing half-made is taken for whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fortnight.settings import CHECKOUT

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this machine")

# Each runs what `python -c` is given, after it has been made into the python of a bare machine.
OLD = "import sys; sys.version_info = (3, 10, 9); exec(sys.argv[1])"
WITHOUT_VENV = "import sys; sys.modules['ensurepip'] = None; exec(sys.argv[1])"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What make reads of a checkout, in a folder whose name has a space in it."""
    folder = tmp_path / "a checkout"
    folder.mkdir()
    for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(CHECKOUT / name, folder)
    return folder


def make(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run(
        ["make", *arguments], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


def python_that(checkout: Path, prelude: str) -> str:
    """The path of a `python` that is what the prelude makes of it."""
    script = checkout / "python-of-a-bare-machine"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{prelude}" "$2"\n')
    script.chmod(0o755)
    return f"./{script.name}"


@pytest.mark.parametrize("target", ["serve", "test"])
def test_a_python_that_is_too_old_is_told_in_one_line(checkout: Path, target: str) -> None:
    said = make(checkout, target, f"PYTHON={python_that(checkout, OLD)}")
    assert said.returncode != 0
    assert said.stdout == ""
    assert said.stderr.count("\n") == 1
    assert "Fortnight needs Python 3.11 or later, and ./python-of-a-bare-machine is 3.10" in said.stderr


def test_a_python_that_is_not_there_is_told_in_one_line(checkout: Path) -> None:
    said = make(checkout, "serve", "PYTHON=no-such-python")
    assert said.returncode != 0
    assert "Fortnight needs Python 3.11 or later, and no-such-python cannot be run" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_python_without_its_venv_module_is_told_in_one_line(checkout: Path) -> None:
    said = make(checkout, "serve", f"PYTHON={python_that(checkout, WITHOUT_VENV)}")
    assert said.returncode != 0
    assert said.stdout == ""
    assert said.stderr.count("\n") == 1
    assert "lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv)" in said.stderr


def test_the_script_runs_the_checkout_that_it_lies_in_from_anywhere(checkout: Path, tmp_path: Path) -> None:
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / ".venv" / "bin" / "python").symlink_to(shutil.which("echo") or "")
    assert make(checkout, ".venv/bin/fortnight").returncode == 0
    link = tmp_path / "link"
    link.symlink_to(checkout / ".venv" / "bin" / "fortnight")
    said = subprocess.run([link, "serve", "two words"], cwd="/", capture_output=True, text=True, check=True)
    assert said.stdout == "-m fortnight serve two words\n"


def test_help_names_every_target(checkout: Path) -> None:
    listed = make(checkout).stdout
    for target in ("serve", "test", "check", "bench", "prove", "schema", "lock", "clean"):
        assert f"  make {target} " in listed
