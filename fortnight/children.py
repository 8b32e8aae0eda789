"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

import psutil

_PR_SET_PDEATHSIG: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The user of the operating system that a child runs as."""

    name: str
    uid: int
    gid: int


def spawn(
    arguments: Sequence[str],
    *,
    dies_by: signal.Signals,
    environment: Mapping[str, str],
    account: Account | None = None,
    folder: Path = Path("/"),
    output: IO[bytes] | int | None = None,
    errors: IO[bytes] | int | None = None,
    descriptors: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """The running child; when this process ends, however it ends, the child is sent `dies_by` (Linux).

    `errors` go where `output` goes if nothing else is said; `descriptors` are the open files that it inherits.

    To be called from the main thread: the kernel counts the end of the thread that made a child as the end of its parent.
    Raises OSError.
    """
    return subprocess.Popen(  # noqa: S603  the programs are our own
        arguments,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output if errors is None else errors,
        pass_fds=descriptors,
        cwd=folder,
        env=dict(environment),
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
        umask=0o077,
        start_new_session=True,  # Ctrl-C at a terminal reaches the parent alone, which stops its children in order
        preexec_fn=_bind_to(os.getpid(), dies_by),  # noqa: PLW1509  a system call and a comparison, nothing that takes a lock
    )


def end_with_parent(how: signal.Signals = signal.SIGTERM) -> None:
    """When the process that started this one ends, this one is sent `how` (Linux)."""
    bind = _bind_to(os.getppid(), how)
    if bind is not None:
        bind()


def _bind_to(parent: int, how: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, int(how), 0, 0, 0)
        if os.getppid() != parent:  # it ended before the kernel knew
            os._exit(1)

    return bind


def stop(process: subprocess.Popen[bytes], *steps: tuple[signal.Signals, float]) -> int:
    """The child has ended; each step is a signal and the seconds it is given. Returns its exit code."""
    for how, patience in steps:
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            return process.wait(patience)
    process.kill()
    return process.wait()


def end_leftovers(processes: Sequence[psutil.Process], *steps: tuple[signal.Signals, float]) -> None:
    """None of these processes of an earlier start is alive; each step is a signal and the seconds it is given."""
    alive = list(processes)
    for how, patience in (*steps, (signal.SIGKILL, 5.0)):
        for process in alive:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(how)
        _, alive = psutil.wait_procs(alive, timeout=patience)
        if not alive:
            return
