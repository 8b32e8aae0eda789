"""A page of 50 sessions with coach and member over HTTP, beside a hand-written route with one SQL statement and orjson."""

from bench.bookings import BOOK
from bench.stage import Client, World, median_seconds, served, world

SESSIONS = 60
ROUNDS = 200
QUERY = """
{ viewer { sessions(first: 50) { nodes {
  id version status startsAt endsAt coach { name } member { name } } pageInfo { hasNextPage endCursor } } } }
"""
WITH_TWINS = """
{ viewer { sessions(first: 50) { nodes {
  id canCancel { allowed late deadlineAt } canReschedule { allowed late deadlineAt } } } } }
"""


def measure() -> dict[str, float]:
    """Milliseconds of each, and how much of the floor's throughput the API reaches."""
    with world(1) as stage, served(stage) as port:
        client = Client(port, stage.token(stage.members[0]))
        _fill(stage, client)
        assert len(client.ask(QUERY)["viewer"]["sessions"]["nodes"]) == 50
        floor = median_seconds(
            lambda: client.post("/floor/page", {"organisation": stage.organisation, "person": stage.members[0]}), ROUNDS
        )
        ours = median_seconds(lambda: client.ask(QUERY), ROUNDS)
        twins = median_seconds(lambda: client.ask(WITH_TWINS), ROUNDS // 4)
    return {
        "page_ms": ours * 1000,
        "hand_written_ms": floor * 1000,
        "part_of_the_floor": floor / ours,
        "page_with_twins_ms": twins * 1000,
    }


def _fill(stage: World, client: Client) -> None:
    for place, start in enumerate(stage.starts(SESSIONS)):
        wish = {
            "kind": stage.gid("SessionKind", stage.kind),
            "coach": stage.gid("Person", stage.coaches[0]),
            "startsAt": start.isoformat(),
            "idempotencyKey": f"page-{place}",
        }
        assert "session" in client.ask(BOOK, input=wish)["bookSession"]


if __name__ == "__main__":
    print(measure())
