"""The worker process: woken by a notification of the database, by the next due instant, or by its own patience.

Three threads work side by side, one for each part of the work, and this one listens, so that a mail server that hangs
for a minute holds up no timer. What each has claimed is the worker's own for as long as it is present (`worker.presence`).
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from models.unit import Database
from worker.claims import WAKE_CHANNEL, Claim, Part, give_back
from worker.delivery import Unfinished, work_off
from worker.outcomes import Handlers
from worker.polling import poll, poll_checks
from worker.presence import be_present, free_what_the_dead_held

log = structlog.get_logger()
PATIENCE_SECONDS = 1.0
BREATH_SECONDS = 0.02
LOOK_SECONDS = 15.0
"""How often a worker looks for what a dead one held; it does so first when it begins."""


@dataclass(slots=True, kw_only=True)
class _Shift:
    """What the threads of one worker share; `number` is None while it is not present, `failed` what ended a thread."""

    database: Database
    handlers: Handlers
    stop: threading.Event
    number: int | None = None
    failed: BaseException | None = None
    wake: dict[Part, threading.Event] = field(default_factory=lambda: {part: threading.Event() for part in Part})
    threads: list[threading.Thread] = field(default_factory=list[threading.Thread])

    def begin(self) -> None:
        """Each part has its thread."""
        self.threads += [threading.Thread(target=_work, args=(self, part), name=str(part)) for part in Part]
        for thread in self.threads:
            thread.start()

    def call(self) -> None:
        """Every thread looks for work."""
        for event in self.wake.values():
            event.set()

    def end(self) -> None:
        """Every thread has finished the work in hand and given back the rest."""
        self.stop.set()
        self.call()
        for thread in self.threads:
            thread.join()


def run(
    database: Database, handlers: Handlers, *, listen_dsn: str, stop: threading.Event, number: Callable[[], int]
) -> None:
    """Work off what is due until `stop` is set; the work in hand is finished, what was claimed besides is given back.

    A database that is away is waited for. `number` gives numbers at random, of which this worker takes one. What ends one
    of its threads ends it as a whole, so that whoever watches it starts it again.
    """
    shift = _Shift(database=database, handlers=handlers, stop=stop)
    shift.begin()
    mine = number()
    try:
        while not stop.is_set():
            try:
                mine = _listen(shift, listen_dsn, mine, number)
            except (psycopg.OperationalError, OperationalError):
                log.warning("database_away")
                stop.wait(PATIENCE_SECONDS)
    finally:
        shift.end()
    if shift.failed is not None:
        raise shift.failed


def _listen(shift: _Shift, dsn: str, mine: int, another: Callable[[], int]) -> int:
    """The number of this worker, which was present under it until it was told to stop. Raises OperationalError."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        mine = be_present(connection, mine, another)
        connection.execute(f"LISTEN {WAKE_CHANNEL}".encode())
        shift.number = mine
        try:
            _attend(shift, connection)
        finally:
            shift.number = None
        # The lock is let go only when nothing is held under it.
        shift.end()
    return mine


def _attend(shift: _Shift, connection: psycopg.Connection) -> None:
    """The threads were called whenever something may have been due, until the worker was told to stop."""
    looked = 0.0
    while not shift.stop.is_set():
        if time.monotonic() - looked >= LOOK_SECONDS:
            looked = time.monotonic()
            if freed := free_what_the_dead_held(shift.database):
                log.warning("leases_of_the_dead_freed", works=freed)
            poll(shift.database)
            poll_checks(shift.database)
        shift.call()
        for _ in connection.notifies(timeout=PATIENCE_SECONDS, stop_after=1):
            pass
        # A busy hour notifies hundreds of times a second: what comes in a breath is one call.
        shift.stop.wait(BREATH_SECONDS)
        for _ in connection.notifies(timeout=0):
            pass


def _work(shift: _Shift, part: Part) -> None:
    held: list[Claim] = []
    while not shift.stop.is_set():
        try:
            give_back(shift.database, held)
            held = []
            _work_off(shift, part)
        except Unfinished as fault:
            held = fault.claims
            shift.stop.wait(PATIENCE_SECONDS)
        except OperationalError:
            # No connection, or a lock or a statement that took too long: nothing was claimed, and the next round comes.
            shift.stop.wait(PATIENCE_SECONDS)
        except BaseException as fault:  # noqa: BLE001  it ends the worker, in order
            shift.failed = fault
            shift.stop.set()
            return
        shift.wake[part].wait(PATIENCE_SECONDS * 2)
        shift.wake[part].clear()


def _work_off(shift: _Shift, part: Part) -> None:
    number = shift.number
    if number is None:
        return

    def stopping() -> bool:
        """Told to stop, or not present any more: others would take what we hold for a dead worker's."""
        return shift.stop.is_set() or shift.number != number

    work_off(shift.database, shift.handlers, part=part, worker=number, stopping=stopping)
