"""Memory of the API and of a worker over many operations: it must be as flat at the end as after the first tenth.

`python -m bench endurance=50000` for as many operations as the promise names; fewer by default, because that takes a while.
An operation is a booking, its cancellation, a page of sessions or a feed of openings, by turns; the worker sends what they cause.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import psutil

from bench.bookings import BOOK
from bench.outage import workers
from bench.stage import Client, World, served, world

CLIENTS = 8
USUAL = 3_000
SAMPLES = 10
PAGE = "{ viewer { sessions(first: 20) { nodes { status startsAt coach { name } } } } }"
OPENINGS = """
query Openings($kind: ID!, $coach: ID!) {
  openings(kind: $kind, coach: $coach, from: "2027-03-02T00:00:00Z", to: "2027-03-09T00:00:00Z", first: 50) {
    nodes { startsAt } } }
"""
CANCEL = """
mutation Cancel($input: CancelSessionInput!) { cancelSession(input: $input) {
  ... on CancelSessionSuccess { session { status } } ... on Refusal { code } } }
"""


def measure(operations: int = USUAL) -> dict[str, float]:
    """Memory in MB after the first tenth and at the end, and operations a second."""
    with world(CLIENTS) as stage, served(stage) as port, workers(stage.server.url(), 1) as at_work:
        processes = {"api": _server(port), "worker": at_work[0]}
        turns = [_Turns(stage, port, number) for number in range(CLIENTS)]
        begun, samples = time.perf_counter(), list[dict[str, float]]()
        with ThreadPoolExecutor(CLIENTS) as pool:
            for _ in range(SAMPLES):
                part = [pool.submit(one.go_on, operations // SAMPLES // CLIENTS) for one in turns]
                for done in part:
                    done.result()
                samples.append({name: one.memory_info().rss / 2**20 for name, one in processes.items()})
        seconds = time.perf_counter() - begun
    made = operations // SAMPLES // CLIENTS * SAMPLES * CLIENTS
    figures = {"operations": float(made), "operations_per_second": made / seconds}
    for name in processes:
        figures |= {f"{name}_mb_after_a_tenth": samples[0][name], f"{name}_mb_after_half": samples[4][name]}
        figures |= {f"{name}_mb_at_the_end": samples[-1][name]}
    return figures


def _server(port: int) -> psutil.Process:
    """The server process on this port, among our children."""
    for child in psutil.Process().children():
        if str(port) in child.cmdline():
            return child
    raise AssertionError("the server is not our child")


class _Turns:
    """One member's operations, one after the other: each of the four kinds in turn."""

    def __init__(self, stage: World, port: int, number: int) -> None:
        self._stage = stage
        self._client = Client(port, stage.token(stage.members[number]))
        self._kind = stage.gid("SessionKind", stage.kind)
        self._coach = stage.gid("Person", stage.coaches[number])
        self._number = number
        self._made = 0
        self._session = ""
        self._steps: list[Callable[[], None]] = [self._book, self._page, self._openings, self._cancel]

    def go_on(self, operations: int) -> None:
        """So many operations more."""
        for _ in range(operations):
            self._steps[self._made % len(self._steps)]()
            self._made += 1

    def _book(self) -> None:
        start = self._stage.starts(1000)[24 + self._made // 4 % 900]
        wish = {"kind": self._kind, "coach": self._coach, "startsAt": start.isoformat()}
        answer = self._client.ask(BOOK, input={**wish, "idempotencyKey": f"endure-{self._number}-{self._made}"})
        self._session = answer["bookSession"]["session"]["id"]

    def _cancel(self) -> None:
        wish = {"session": self._session, "ifVersion": 1, "idempotencyKey": f"endure-{self._number}-{self._made}"}
        answer = self._client.ask(CANCEL, input=wish)["cancelSession"]
        assert answer.get("session") == {"status": "CANCELLED"}, answer

    def _page(self) -> None:
        assert self._client.ask(PAGE)["viewer"]["sessions"]["nodes"]

    def _openings(self) -> None:
        assert self._client.ask(OPENINGS, kind=self._kind, coach=self._coach)["openings"]["nodes"]


if __name__ == "__main__":
    sys.stdout.write(f"{measure(*(int(one) for one in sys.argv[1:]))}\n")
