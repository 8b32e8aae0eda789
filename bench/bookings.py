"""Bookings a second with 1, 16 and 64 clients over HTTP, beside the bare insert of the same two intervals on the same server."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.stage import Client, World, served, world

CLIENTS = (1, 16, 64)
TOGETHER = 640
"""How many bookings all clients of a run make together."""
BOOK = """
mutation Book($input: BookSessionInput!) { bookSession(input: $input) {
  ... on BookSessionSuccess { session { id startsAt } } ... on Refusal { code } } }
"""


def measure() -> dict[str, float]:
    """Bookings and bare inserts a second for each number of clients, and the first as a part of the second."""
    figures: dict[str, float] = {}
    for clients in CLIENTS:
        with world(clients) as stage, served(stage) as port:
            ours = _rate(clients, lambda number: _book_all(stage, port, number, TOGETHER // clients))  # noqa: B023  called at once
            floor = _rate(clients, lambda number: _insert_all(stage, port, number, TOGETHER // clients))  # noqa: B023  called at once
        figures |= {f"bookings_per_second_{clients}": ours, f"bare_inserts_per_second_{clients}": floor}
        figures[f"part_of_the_floor_{clients}"] = ours / floor
    return figures


def _rate(clients: int, work: Callable[[int], None]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for result in [pool.submit(work, number) for number in range(clients)]:
            result.result()
    return TOGETHER // clients * clients / (time.perf_counter() - begun)


def _book_all(stage: World, port: int, number: int, each: int) -> None:
    client = Client(port, stage.token(stage.members[number]))
    for place, start in enumerate(stage.starts(each)):
        wish = {
            "kind": stage.gid("SessionKind", stage.kind),
            "coach": stage.gid("Person", stage.coaches[number]),
            "startsAt": start.isoformat(),
            "idempotencyKey": f"bench-{number}-{place}",
        }
        answer = client.ask(BOOK, input=wish)
        assert "session" in answer["bookSession"], answer


def _insert_all(stage: World, port: int, number: int, each: int) -> None:
    client = Client(port, "")
    for start in stage.starts(each):
        client.post(
            "/floor/book",
            {"coach": stage.coaches[number], "member": stage.members[number], "start": start.isoformat()},
        )


if __name__ == "__main__":
    print(measure())
