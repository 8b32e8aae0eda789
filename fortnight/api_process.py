"""The API as a process, over a database that is ready for it."""

import signal
import socket
from typing import Final

import structlog
import uvicorn
from sqlalchemy import URL
from starlette.applications import Starlette
from starlette.types import ASGIApp

from api.app import create_app
from fortnight.access_log import AccessLog
from fortnight.compose import services
from fortnight.installation import rooms
from fortnight.logs import set_up
from fortnight.secret import keyring_of
from fortnight.settings import Settings
from fortnight.watched import Watched
from fortnight.watching import watching

GRACE_SECONDS: Final = 5
KEEP_ALIVE_SECONDS: Final = 75
"""Longer than a proxy keeps an idle connection: it must be the one that ends it, or it sends requests into the void."""

log = structlog.get_logger()


def run_api(settings: Settings, url: URL, listener: socket.socket) -> None:
    """Answer over HTTP until told to stop; requests that run then are finished. Raises Unfit."""
    set_up(settings.log_format, settings.log_level, process="api")
    with rooms(url, pool_size=settings.pool_size) as database, watching(settings, process="api"):
        app = create_app(services(settings, database, keyring_of(settings)))
        config = uvicorn.Config(
            _seen(settings, app),
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        log.info("api_ready", address=settings.public_url)
        # The server tells itself again what it was told while it ran; it has ended by then, and we end in order.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: None)
        uvicorn.Server(config).run(sockets=[listener])


def _seen(settings: Settings, app: Starlette) -> ASGIApp:
    """The application with a log line for each request, and with figures and spans where somebody wants them."""
    logged = AccessLog(app)
    return logged if settings.metrics_port is None and settings.traces_url is None else Watched(logged, app.routes)
