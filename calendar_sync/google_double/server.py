"""The double as a running server on the loopback."""

import asyncio
import socket
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any, Final

import uvicorn

from calendar_sync.google_double import doings
from calendar_sync.google_double.answers import Json
from calendar_sync.google_double.courier import Courier
from calendar_sync.google_double.delegation import Delegate
from calendar_sync.google_double.faults import Faults
from calendar_sync.google_double.handle import Handle
from calendar_sync.google_double.service import Service
from calendar_sync.google_double.store import Store
from calendar_sync.google_double.surface import Wire, create_app

LOOPBACK: Final = "127.0.0.1"
DEMO_CLIENTS: Final[Mapping[str, str]] = {"demo-client": "demo-secret"}
"""The application that the demo is to its Google; known to everybody, worth nothing."""
_PATIENCE_SECONDS: Final = 10


def system_clock() -> datetime:
    """Now. The double stands for somebody else's server, which has a clock of its own."""
    return datetime.fromtimestamp(time.time(), UTC)


class GoogleDouble(Handle):
    """Google Calendar and Google's OAuth on the loopback, in a thread of this process.

    `port=0` takes a free port; `store` is the sqlite3 file that outlives the process, None keeps all in memory.
    """

    def __init__(
        self,
        port: int = 0,
        store: Path | None = None,
        *,
        clients: Mapping[str, str] = DEMO_CLIENTS,
        clock: Callable[[], datetime] = system_clock,
        notify: bool = False,
        delegates: Mapping[str, Delegate] | None = None,
    ) -> None:
        """`delegates`: service accounts that speak for people of their domain. `notify`: notifications are carried to their addresses; else they wait until somebody takes them."""
        self._port = port
        self._path = store
        self._clients = clients
        self._clock = clock
        self._notify = notify
        self._delegates = delegates or {}
        self._courier: Courier | None = None
        self._service: Service | None = None
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None

    def start(self) -> "GoogleDouble":
        """It answers. Raises OSError when the port is taken, OtherVersion or sqlite3.Error when the store is not usable."""
        store = Store(self._path)
        try:
            listener = _listener(self._port)
        except OSError:
            store.close()
            raise
        self._port = listener.getsockname()[1]
        self._service = Service(
            store=store, faults=Faults(), clock=self._clock, clients=self._clients, delegates=self._delegates
        )
        self._server = uvicorn.Server(_config(self._service))
        self._thread = Thread(target=_run, args=(self._server, listener), name="google-double", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not self._server.started:
            if not self._thread.is_alive() or time.monotonic() > deadline:
                raise OSError("the Google double did not start")
            time.sleep(0.005)
        if self._notify:
            self._courier = Courier(self._service).start()
        return self

    def stop(self) -> None:
        """Its port and its file are free again."""
        if self._server is None or self._thread is None or self._service is None:
            return
        if self._courier is not None:
            self._courier.stop()
            self._courier = None
        self._server.should_exit = True
        self._thread.join(_PATIENCE_SECONDS)
        self._service.store.close()
        self._server = self._thread = self._service = None

    def __enter__(self) -> "GoogleDouble":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Its base address; with `port=0` known after the start."""
        return f"http://{LOOPBACK}:{self._port}"

    @property
    def service(self) -> Service:
        """What stands behind the addresses. Raises RuntimeError before the start and after the stop."""
        if self._service is None:
            raise RuntimeError("the Google double is not running")
        return self._service

    def log(self, *, since: int = 0) -> list[Json]:
        """The requests after number `since`."""
        return doings.log_since(self.service, since)

    def events(self, email: str, *, deleted: bool = False) -> list[Json]:
        """The events of an account."""
        return doings.events_of(self.service, email, deleted=deleted, base_url=self.url)

    def do(self, name: str, **arguments: Any) -> Any:
        """Something of `doings.DOINGS` has been done. Raises KeyError for another name."""
        return doings.DOINGS[name](self.service, **arguments)


def _listener(port: int) -> socket.socket:
    # The protocol is named, since asyncio sends small writes at once (TCP_NODELAY) only where it is: else each answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
    except OSError:
        listener.close()
        raise
    return listener


def _config(service: Service) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(service),
        http=Wire,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


def _run(server: uvicorn.Server, listener: socket.socket) -> None:
    try:
        asyncio.run(server.serve(sockets=[listener]))
    finally:
        listener.close()
