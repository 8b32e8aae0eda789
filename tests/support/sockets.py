"""No test reaches anything but this machine."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from unittest.mock import patch


class SocketRefused(AssertionError):
    """A test tried to leave this machine."""


def _allowed(family: int, address: Any) -> bool:
    if family == socket.AF_UNIX:
        return True
    host = address[0]
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def loopback_only() -> Generator[None]:
    """Every connection to another machine raises, whichever library asks for it."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guard(call: Any) -> Any:
        def guarded(self: socket.socket, address: Any) -> Any:
            if not _allowed(self.family, address):
                raise SocketRefused(f"a test tried to connect to {address!r}")
            return call(self, address)

        return guarded

    with (
        patch.object(socket.socket, "connect", guard(connect)),
        patch.object(socket.socket, "connect_ex", guard(connect_ex)),
    ):
        yield
