"""Bookings a second with 16 clients over HTTP, beside the bare insert of the same two intervals on the same server."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bench.stage import Client, World, served, world

CLIENTS = 16
EACH = 40
BOOK = """
mutation Book($input: BookSessionInput!) { bookSession(input: $input) {
  ... on BookSessionSuccess { session { id startsAt } } ... on Refusal { code } } }
"""


def measure() -> dict[str, float]:
    """Bookings and bare inserts a second, and the second as a part of the first."""
    with world(CLIENTS) as stage, served(stage) as port:
        ours = _rate(lambda number: _book_all(stage, port, number))
        floor = _rate(lambda number: _insert_all(stage, port, number))
    return {"bookings_per_second": ours, "bare_inserts_per_second": floor, "part_of_the_floor": ours / floor}


def _rate(work: Callable[[int], None]) -> float:
    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for result in [clients.submit(work, number) for number in range(CLIENTS)]:
            result.result()
    return CLIENTS * EACH / (time.perf_counter() - begun)


def _book_all(stage: World, port: int, number: int) -> None:
    client = Client(port, stage.token(stage.members[number]))
    for place, start in enumerate(stage.starts(EACH)):
        wish = {
            "kind": stage.gid("SessionKind", stage.kind),
            "coach": stage.gid("Person", stage.coaches[number]),
            "startsAt": start.isoformat(),
            "idempotencyKey": f"bench-{number}-{place}",
        }
        answer = client.ask(BOOK, input=wish)
        assert "session" in answer["bookSession"], answer


def _insert_all(stage: World, port: int, number: int) -> None:
    client = Client(port, "")
    for start in stage.starts(EACH):
        client.post(
            "/floor/book",
            {"coach": stage.coaches[number], "member": stage.members[number], "start": start.isoformat()},
        )


if __name__ == "__main__":
    print(measure())
