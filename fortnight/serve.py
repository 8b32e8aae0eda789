"""`fortnight serve`: everything on one machine, from the database to the demo, and nothing left of it at the end."""

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Final, TypeVar

from sqlalchemy import URL

from fortnight import embedded_postgres
from fortnight.beside import shown_to_commands
from fortnight.children import spawn
from fortnight.database import forget_clients_settings, migrate, parse_url
from fortnight.embedded_postgres import Server
from fortnight.family import Child, environment_of
from fortnight.faults import Unfit
from fortnight.listener import free_port, listen
from fortnight.logs import set_up
from fortnight.places import Busy, only_user, open_data
from fortnight.secret import server_secret
from fortnight.settings import CHECKOUT, PREFIX, LogLevel, Settings
from fortnight.version import version

LOOK_SECONDS: Final = 0.25
START_SECONDS: Final = 120.0
OTHERS_END_SECONDS: Final = 5.0
"""How long a start waits for an earlier one that is still ending."""

T = TypeVar("T")


class Told(Exception):
    """Somebody wants us to end while we are still starting."""


def serve(settings: Settings, *, with_demo: bool) -> None:
    """Everything ran until Ctrl-C or SIGTERM, and has been stopped in order. Raises Unfit."""
    set_up(settings.log_format, LogLevel.WARNING, process="serve")
    with ExitStack() as stack:
        told = stack.enter_context(_signals())
        server, url = _database(stack, settings)
        listener = stack.enter_context(listen(settings))
        settings = settings.model_copy(update={"port": listener.getsockname()[1]})
        migrate(url)
        google_port = free_port(settings.port + 1)
        stack.enter_context(shown_to_commands(settings.data, google=_google_url(google_port), base=settings.public_url))
        children = _children(settings, url, listener, google_port)
        for child in children:
            stack.callback(child.start().stop)
        try:
            shown = _demo(children[-1], told) if with_demo else ""
            _await_answer(settings, children, told)
        except Told:
            return
        print(_said(settings, shown), flush=True)
        _watch(children, server, told)


def _database(stack: ExitStack, settings: Settings) -> tuple[Server | None, URL]:
    """The server that was named, or the embedded one; the data folder is ours alone either way."""
    if settings.database_url is None:
        forget_clients_settings()
        server = _after_others(lambda: stack.enter_context(embedded_postgres.running(settings.data)))
        return server, server.url()
    server_secret(settings)  # a secret that is missing is told before anything is changed
    data = open_data(settings.data)
    _after_others(lambda: stack.enter_context(only_user(data)))
    return None, parse_url(settings.database_url.get_secret_value())


def _after_others(enter: Callable[[], T]) -> T:
    """What `enter` gives, once an earlier start that is just ending has let go of the data folder. Raises Busy."""
    deadline = time.monotonic() + OTHERS_END_SECONDS
    while True:
        try:
            return enter()
        except Busy:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)


def _google_url(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _children(settings: Settings, url: URL, listener: socket.socket, google_port: int) -> Sequence[Child]:
    """The demo's Google, the workers and the API, in this order; they are stopped in the opposite one."""
    environment = environment_of(
        database_url=url.render_as_string(hide_password=False),
        secret=server_secret(settings).decode(),
        port=str(settings.port),
        base_url=settings.public_url,
        google_sandbox_url=_google_url(google_port),
    )
    store = str(settings.data / "demo-google.sqlite3")
    double = ("-m", "calendar_sync.google_double", "--port", str(google_port), "--store", store)
    api = ("-m", "fortnight", "api", "--descriptor", str(listener.fileno()))
    return (
        Child(name="demo's Google", arguments=double, environment=environment, patience=3.0, quiet=True),
        # A worker finishes the work in hand, so that no mail is sent twice.
        *(
            Child(
                name="worker",
                arguments=("-m", "fortnight", "worker"),
                environment=environment | _own_metrics(settings, 1 + number),
                patience=10.0,
                dies_by=signal.SIGTERM,
            )
            for number in range(settings.workers)
        ),
        Child(name="API", arguments=api, environment=environment, patience=8.0, descriptors=(listener.fileno(),)),
    )


def _own_metrics(settings: Settings, place: int) -> dict[str, str]:
    """Each process gives out figures of its own: the API at the port of the settings, the workers at those after it."""
    return {} if settings.metrics_port is None else {f"{PREFIX}METRICS_PORT": str(settings.metrics_port + place)}


def _demo(like: Child, told: Event) -> str:
    """The demo is loaded, if it was not before; returns what is said about it. Raises Told, Unfit."""
    loading = spawn(
        [sys.executable, "-m", "fortnight", "demo"],
        dies_by=signal.SIGKILL,
        environment=like.environment,
        folder=CHECKOUT,
        output=subprocess.PIPE,
        errors=sys.stderr.buffer,
    )
    with loading:
        while loading.poll() is None:
            if told.wait(0.05):
                loading.kill()
                raise Told
        if loading.returncode != 0 or loading.stdout is None:
            raise Unfit("the demo could not be loaded; `fortnight serve --no-demo` does without it")
        return loading.stdout.read().decode()


def _await_answer(settings: Settings, children: Sequence[Child], told: Event) -> None:
    """The API says that it is ready. Raises Told, and Unfit when a child has ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while not _is_ready(settings):
        for child in children:
            if (code := child.ended()) is not None:
                raise Unfit(f"the {child.name} could not start (exit code {code})")
        if time.monotonic() > deadline:
            raise Unfit(f"the API was not ready after {START_SECONDS:.0f} s")
        if told.wait(0.05):
            raise Told


def _is_ready(settings: Settings) -> bool:
    try:
        with urllib.request.urlopen(f"{settings.local_url}/readyz", timeout=1) as answer:  # noqa: S310  our own address
            return answer.status == 200
    except OSError:
        return False


def _watch(children: Sequence[Child], server: Server | None, told: Event) -> None:
    """Return when told to stop; until then, what ends is started again. Raises Unfit when that is of no use."""
    while not told.wait(LOOK_SECONDS):
        if server is not None and server.process is not None and server.process.poll() is not None:
            raise Unfit("the database has ended by itself; start again: nothing is lost")
        for child in children:
            child.watch()


@contextmanager
def _signals() -> Generator[Event]:
    """An event that Ctrl-C, SIGTERM and the end of the terminal set."""
    told = Event()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, lambda *_: told.set()) for number in numbers}
    try:
        yield told
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _said(settings: Settings, demo: str) -> str:
    lines = [f"Fortnight {version()} answers. Ctrl-C stops it.", "", f"  {'GraphQL':<9} {settings.public_url}/graphql"]
    return "\n".join([*lines, demo])
