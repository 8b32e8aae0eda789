"""The worker process: woken by a notification of the database, by the next due instant, or by its own patience."""

import threading

import psycopg
import structlog
from sqlalchemy.exc import OperationalError

from models.unit import Database
from worker.claims import WAKE_CHANNEL
from worker.delivery import Handlers, work_off

log = structlog.get_logger()
PATIENCE_SECONDS = 1.0


def run(database: Database, handlers: Handlers, *, listen_dsn: str, stop: threading.Event) -> None:
    """Work off what is due until `stop` is set; a database that is away is waited for."""
    while not stop.is_set():
        try:
            _listen(database, handlers, listen_dsn, stop)
        except (psycopg.OperationalError, OperationalError):
            log.warning("database_away")
            stop.wait(PATIENCE_SECONDS)


def _listen(database: Database, handlers: Handlers, listen_dsn: str, stop: threading.Event) -> None:
    with psycopg.connect(listen_dsn, autocommit=True) as connection:
        connection.execute(f"LISTEN {WAKE_CHANNEL}".encode())
        while not stop.is_set():
            work_off(database, handlers)
            for _ in connection.notifies(timeout=PATIENCE_SECONDS, stop_after=1):
                pass
