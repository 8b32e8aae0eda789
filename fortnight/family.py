"""The child processes of `fortnight serve`: started, watched, started again, stopped in order."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import structlog

from fortnight.children import spawn, stop
from fortnight.faults import Unfit
from fortnight.settings import CHECKOUT, PREFIX

SHORT_LIFE_SECONDS: Final = 10.0
SHORT_LIVES: Final = 3
"""A child that dies so often, each time so soon, will do it again."""

log = structlog.get_logger()


@dataclass(kw_only=True)
class Child:
    """One process of ours: how it is started, and how long it may take to end."""

    name: str
    arguments: Sequence[str]
    environment: Mapping[str, str]
    patience: float
    dies_by: signal.Signals = signal.SIGKILL
    descriptors: Sequence[int] = ()
    quiet: bool = False
    """What it writes to stdout is not for people."""
    _process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    _started_at: float = field(default=0.0, init=False)
    _short_lives: int = field(default=0, init=False)

    def start(self) -> "Child":
        """The process runs."""
        self._started_at = time.monotonic()
        self._process = spawn(
            [sys.executable, *self.arguments],
            dies_by=self.dies_by,
            environment=self.environment,
            folder=CHECKOUT,
            output=subprocess.DEVNULL if self.quiet else None,
            errors=sys.stderr.buffer,
            descriptors=self.descriptors,
        )
        return self

    def ended(self) -> int | None:
        """The exit code of a process that has ended by itself."""
        return None if self._process is None else self._process.poll()

    def watch(self) -> None:
        """A process that has ended runs again. Raises Unfit when that has been of no use several times."""
        code = self.ended()
        if code is None:
            return
        soon = time.monotonic() - self._started_at < SHORT_LIFE_SECONDS
        self._short_lives = self._short_lives + 1 if soon else 0
        if self._short_lives >= SHORT_LIVES:
            raise Unfit(f"the {self.name} ended {SHORT_LIVES} times in a row (exit code {code})")
        log.warning("child_ended", child=self.name, code=code)
        time.sleep(self._short_lives * 0.5)
        self.start()

    def stop(self) -> None:
        """The process has ended: in order, or by force when it took too long."""
        if self._process is not None and self._process.poll() is None:
            stop(self._process, (signal.SIGTERM, self.patience))


def environment_of(**settings: str) -> dict[str, str]:
    """This process's environment for a child of the same code, with these settings of Fortnight."""
    named = {f"{PREFIX}{name.upper()}": value for name, value in settings.items()}
    return dict(os.environ) | {"PYTHONPATH": str(CHECKOUT)} | named
