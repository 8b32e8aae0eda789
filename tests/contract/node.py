"""Tools that run on node: installed beside the tests from the lock file, whose hashes they must have, and only where node is."""

import fcntl
import json
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

HERE: Final = Path(__file__).parent
LOCK: Final = HERE / "package-lock.json"
INSTALLED: Final = HERE / "node_modules"
STAMP: Final = INSTALLED / ".installed-from.json"
"""A copy of the lock file from which everything was installed, and installed whole."""
INSTALL: Final = ("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
INSTALL_SECONDS: Final = 300
RUN_SECONDS: Final = 100

needs_node = pytest.mark.skipif(
    shutil.which("npm") is None and "CI" not in os.environ,
    reason="there is no node with npm on this machine: the public suites for GraphQL run on it",
)


def run(script: str, *arguments: str, seconds: int = RUN_SECONDS) -> Any:
    """What a script of this folder prints, which is JSON; the tools are installed first, if they are not."""
    with _alone():
        if not STAMP.exists() or STAMP.read_bytes() != LOCK.read_bytes():
            _checked(INSTALL, seconds=INSTALL_SECONDS)
            shutil.copyfile(LOCK, STAMP)
    return json.loads(_checked(("node", script, *arguments), seconds=seconds))


def _checked(command: tuple[str, ...], *, seconds: int) -> str:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=seconds, check=False)
    assert done.returncode == 0, f"{' '.join(command[:2])} ended with {done.returncode}:\n{done.stderr[-2000:]}"
    return done.stdout


@contextmanager
def _alone() -> Generator[None]:
    """Of several pytest processes one installs, and the others wait for it."""
    with (HERE / ".install.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
