"""The processes of an installation: the API and the worker, each over a database that is ready for them."""

import signal
import socket
from threading import Event
from typing import Final

import structlog
import uvicorn
from sqlalchemy import URL

from api.app import create_app
from fortnight.access_log import AccessLog
from fortnight.compose import handlers, services
from fortnight.database import libpq_dsn
from fortnight.installation import WORKER_NAME, rooms
from fortnight.logs import set_up
from fortnight.secret import keyring_of
from fortnight.settings import Settings
from worker.run import run

GRACE_SECONDS: Final = 5
_WORKER_CONNECTIONS: Final = 2

log = structlog.get_logger()


def run_api(settings: Settings, url: URL, listener: socket.socket) -> None:
    """Answer over HTTP until told to stop; requests that run then are finished. Raises Unfit."""
    set_up(settings.log_format, settings.log_level, process="api")
    with rooms(url, pool_size=settings.pool_size) as database:
        app = create_app(services(settings, database, keyring_of(settings)))
        config = uvicorn.Config(
            AccessLog(app),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        log.info("api_ready", address=settings.public_url)
        # The server tells itself again what it was told while it ran; it has ended by then, and we end in order.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listener])


def run_worker(settings: Settings, url: URL) -> None:
    """Do what is due until told to stop; the work in hand is finished. Raises Unfit."""
    set_up(settings.log_format, settings.log_level, process="worker")
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with rooms(url, pool_size=_WORKER_CONNECTIONS) as database:
        listen = libpq_dsn(url.update_query_dict({"application_name": WORKER_NAME}))
        log.info("worker_ready")
        run(database, handlers(settings, keyring_of(settings)), listen_dsn=listen, stop=stop)
