"""Carries notifications to the addresses of their channels, as a process of Google's would: tried, never guaranteed."""

import http.client
from collections.abc import Callable
from threading import Event, Thread
from typing import Final
from urllib.parse import urlsplit

from calendar_sync.google_double.answers import Json
from calendar_sync.google_double.service import Service

Carry = Callable[[str, dict[str, str]], None]
TIMEOUT_SECONDS: Final = 5
LOOK_SECONDS: Final = 0.5
"""How long a late notification may lie before it is looked at again."""


class Courier:
    """A thread that carries what is on its way until it is told to stop."""

    def __init__(self, service: Service, carry: Carry | None = None) -> None:
        self._service = service
        self._carry = carry or by_http
        self._stop = Event()
        self._thread = Thread(target=self._run, name="google-double-courier", daemon=True)

    def start(self) -> "Courier":
        """Notifications leave from now on."""
        self._thread.start()
        return self

    def stop(self) -> None:
        """Nothing leaves any more."""
        self._stop.set()
        self._service.store.written.set()
        self._thread.join(TIMEOUT_SECONDS * 2)

    def _run(self) -> None:
        while not self._stop.is_set():
            self._service.store.written.wait(LOOK_SECONDS)
            self._service.store.written.clear()
            for sent in self._service.notifications():
                if not self._stop.is_set():
                    self._deliver(sent)

    def _deliver(self, sent: Json) -> None:
        try:
            self._carry(sent["address"], sent["headers"])
        except (OSError, http.client.HTTPException):
            # Nobody is there: Google tries for a while and gives up, and a receiver has to live with that.
            return


def by_http(address: str, headers: dict[str, str]) -> None:
    """The notification was posted. Raises OSError when nobody answers."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("POST", parts.path or "/", b"", headers)
        connection.getresponse().read()
    finally:
        connection.close()
