"""What figures and traces cost: a booking and a page with neither, with figures, and with both, by one client over HTTP.

Where nobody asked for them, each place that would tell them asks one question of a variable; that is measured by itself.
"""

import threading
import timeit
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from bench.bookings import BOOK
from bench.stage import Client, World, median_seconds, served, world
from telemetry import figures, spans

ROUNDS = 200
PAGE = "{ viewer { sessions(first: 50) { nodes { id status startsAt coach { name } member { name } } } } }"
TIMES = 100_000


def measure() -> dict[str, float]:
    """Median milliseconds of a booking and of a page, and nanoseconds of what is left where nobody asked."""
    found: dict[str, float] = {}
    with world(3) as stage, sink() as url:
        ways = {"off": {}, "figures": {"BENCH_FIGURES": "1"}, "both": {"BENCH_FIGURES": "1", "BENCH_TRACES": url}}
        for number, (name, environment) in enumerate(ways.items()):
            with served(stage, **environment) as port:
                client = Client(port, stage.token(stage.members[number]))
                found[f"booking_{name}_ms"] = 1000 * median_seconds(_booking(stage, client, number), ROUNDS)
                found[f"page_{name}_ms"] = 1000 * median_seconds(lambda: client.ask(PAGE), ROUNDS)  # noqa: B023  called at once
    return found | off()


def off() -> dict[str, float]:
    """What a span and a figure cost that nobody wants, in nanoseconds."""

    def span() -> None:
        with spans.span("unit", organisation=1, read_only=True):
            pass

    def figure() -> None:
        figures.decision("BookSession", outcome="DONE")

    return {
        f"{act.__name__}_nobody_wants_ns": min(timeit.repeat(act, number=TIMES, repeat=5)) / TIMES * 1e9
        for act in (span, figure)
    }


def _booking(stage: World, client: Client, number: int):
    starts: Iterator[str] = iter([start.isoformat() for start in stage.starts(ROUNDS + 10)])
    common = {"kind": stage.gid("SessionKind", stage.kind), "coach": stage.gid("Person", stage.coaches[number])}

    def book() -> None:
        start = next(starts)
        answer = client.ask(BOOK, input={**common, "startsAt": start, "idempotencyKey": f"watched-{number}-{start}"})
        assert "session" in answer["bookSession"], answer

    return book


@contextmanager
def sink() -> Generator[str]:
    """The address of a collector that takes everything and keeps nothing."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is written."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1/traces"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    print(measure())
