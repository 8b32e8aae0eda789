"""Fortnight as an operator runs it: `fortnight serve` with workers, started again whenever it ends, and killed at random."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import psutil

from fortnight.settings import CHECKOUT

STARTED_SECONDS = 60.0
TARGETS = ("api", "worker", "database")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kill:
    """A process was killed at `at`; `until`: since when there is another one that answers."""

    what: str
    at: float
    until: float


@dataclass
class Stack:
    """The processes of one installation over a data folder; `environment` is all that they see of ours."""

    data: Path
    environment: dict[str, str]
    port: int
    kills: list[Kill] = field(default_factory=list[Kill])
    _serve: subprocess.Popen[bytes] | None = None
    _wanted: bool = True
    _keeper: threading.Thread | None = None
    _errors: IO[bytes] | None = None

    @property
    def log(self) -> Path:
        """What all processes wrote to stderr."""
        return self.data / "stderr.log"

    def start(self) -> None:
        """It runs, and somebody sees to it that it goes on running."""
        self._errors = self.log.open("ab")
        self._launch()
        self._keeper = threading.Thread(target=self._keep)
        self._keeper.start()

    def stop(self) -> int:
        """It has been told to end, as by an operator; its exit code."""
        self._wanted = False
        if self._keeper is not None:
            self._keeper.join()
        assert self._serve is not None
        self._serve.send_signal(signal.SIGTERM)
        code = self._serve.wait(STARTED_SECONDS)
        if self._errors is not None:
            self._errors.close()
        return code

    def _launch(self) -> None:
        self._serve = subprocess.Popen(
            [sys.executable, "-m", "fortnight", "serve", "--no-demo"],
            env=self.environment,
            cwd=CHECKOUT,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )

    def _keep(self) -> None:
        while self._wanted:
            if self._serve is not None and self._serve.poll() is not None:
                self._launch()
            time.sleep(0.1)

    def kill(self, what: str, is_back: Callable[[], bool]) -> None:
        """One process of this kind has been killed with no chance to tidy up, and another one has taken its place."""
        before = self._processes(what)
        while not before:
            time.sleep(0.05)
            before = self._processes(what)
        victim = random.choice(before)
        at = time.monotonic()
        with suppress(psutil.NoSuchProcess):
            victim.kill()
        deadline = at + STARTED_SECONDS
        while victim.pid in {one.pid for one in self._processes(what)} or not is_back():
            assert time.monotonic() < deadline, f"the {what} did not come back"
            time.sleep(0.05)
        self.kills.append(Kill(what=what, at=at, until=time.monotonic()))

    def _processes(self, what: str) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        with suppress(psutil.Error, AttributeError):
            assert self._serve is not None
            for child in psutil.Process(self._serve.pid).children():
                with suppress(psutil.Error):
                    line = child.cmdline()
                    if (what == "database" and child.name() == "postgres") or what in line[3:4]:
                        found.append(child)
        return found


def environment(data: Path, **settings: str) -> dict[str, str]:
    """All that the processes see: where they find programs, and these settings."""
    named = {f"FORTNIGHT_{name.upper()}": value for name, value in settings.items()}
    return {"PATH": os.environ["PATH"], "FORTNIGHT_DATA": str(data), "FORTNIGHT_LOG_FORMAT": "json"} | named
