"""`python -m calendar_sync.google_double --port 8001 --store google.sqlite3`: the double as a process of its own."""

import os
import signal
import sys
import zoneinfo
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import Final

from calendar_sync.google_double.server import GoogleDouble

LOOK_SECONDS: Final = 1.0


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until told to stop; the exit code is 0 for a wanted end and 1 when the port or the file cannot be had."""
    parser = ArgumentParser(
        prog="google_double", description="Google Calendar's double for demos, on the loopback only."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--store", type=Path, help="the sqlite3 file that keeps its state; without it all is forgotten")
    parser.add_argument("--parent-pid", type=int, help="end as soon as this process is no longer the parent")
    chosen = parser.parse_args(argv)
    return run(chosen.port, chosen.store, parent_pid=chosen.parent_pid)


def run(port: int, store: Path | None, *, parent_pid: int | None = None) -> int:
    """As `main`, with its options as arguments; from the main thread only, because it listens to signals."""
    # The system's zone files may be older than the package's.
    zoneinfo.reset_tzpath(to=())
    told = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told.set())
    double = GoogleDouble(port, store, notify=True)
    try:
        double.start()
    except Exception as fault:  # noqa: BLE001  whatever it was, its starter is told in one line
        sys.stderr.write(f"The Google double cannot start on port {port}: {fault}\n")
        return 1
    sys.stdout.write(f"{double.url}\n")
    sys.stdout.flush()
    while not told.wait(LOOK_SECONDS):
        if parent_pid is not None and os.getppid() != parent_pid:
            break
    double.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
