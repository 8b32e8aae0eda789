"""The port that the API answers on: taken once, before anything else, and kept for as long as we run."""

import errno
import socket

from fortnight.faults import Unfit
from fortnight.settings import Settings

BACKLOG = 2048


def listen(settings: Settings) -> socket.socket:
    """A socket that listens on the host and port of the settings; port 0 takes a free one. Raises Unfit."""
    try:
        family, _, _, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0]
        return _bound(family, address)
    except socket.gaierror as fault:
        raise Unfit(f"FORTNIGHT_HOST: {settings.host} is no address of this machine ({fault.strerror})") from None
    except OSError as fault:
        raise Unfit(_why_not(settings, fault)) from None


def free_port(preferred: int) -> int:
    """A port of the loopback that nobody listens on: the preferred one if it can be."""
    for port in (preferred, 0):
        try:
            with _bound(socket.AF_INET, ("127.0.0.1", port)) as found:
                return found.getsockname()[1]
        except (OSError, OverflowError):
            continue
    raise Unfit("no port of this machine is free")


def _bound(family: int, address: object) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)  # pyright: ignore[reportArgumentType]
        listener.listen(BACKLOG)
    except BaseException:
        listener.close()
        raise
    return listener


def _why_not(settings: Settings, fault: OSError) -> str:
    match fault.errno:
        case errno.EACCES:
            return f"port {settings.port} needs more rights than yours: choose one above 1023 with PORT="
        case errno.EADDRINUSE:
            return f"port {settings.port} is taken: choose a free one with PORT="
        case _:
            return f"nothing can listen on {settings.host} port {settings.port}: {fault.strerror}"
