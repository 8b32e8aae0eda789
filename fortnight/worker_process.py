"""The worker as a process, over a database that is ready for it."""

import secrets
import signal
from threading import Event
from typing import Final

import structlog
from sqlalchemy import URL

from fortnight.compose import handlers
from fortnight.database import libpq_dsn
from fortnight.installation import WORKER_NAME, rooms
from fortnight.logs import set_up
from fortnight.secret import keyring_of
from fortnight.settings import Settings
from fortnight.watching import watching
from worker.run import run

CONNECTIONS: Final = 5
"""One for each part of the work, one to look around, and one for figures of what is due; another one listens."""

log = structlog.get_logger()


def run_worker(settings: Settings, url: URL) -> None:
    """Do what is due until told to stop; the work in hand is finished. Raises Unfit."""
    set_up(settings.log_format, settings.log_level, process="worker")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with rooms(url, pool_size=CONNECTIONS) as database:
        listen = libpq_dsn(url.update_query_dict({"application_name": WORKER_NAME}))
        log.info("worker_ready")
        with watching(settings, process="worker", database=database):
            run(database, handlers(settings, keyring_of(settings)), listen_dsn=listen, stop=stop, number=a_number)


def a_number() -> int:
    """A number under which no other worker is likely to live."""
    return secrets.randbelow(2**31 - 1) + 1
