"""How many statements an operation sends, on a short page and on a long one: BEGIN and COMMIT are not counted."""

from typing import Any

from starlette.testclient import TestClient

from api.app import create_app
from bench.bookings import BOOK
from bench.page import QUERY, WITH_TWINS
from bench.server import services_over
from bench.stage import World, world
from fortnight.database import open_database
from models.unit import count_statements

OPENINGS = """
query Openings($kind: ID!, $coach: ID!) {
  openings(kind: $kind, coach: $coach, from: "2027-03-02T00:00:00Z", to: "2027-03-09T00:00:00Z", first: 50) {
    nodes { startsAt } } }
"""


class Caller:
    """A member who asks an API in this process whose statements are counted."""

    def __init__(self, stage: World, client: TestClient, seen: list[str]) -> None:
        self._stage, self._client, self._seen = stage, client, seen
        self._token = stage.token(stage.members[0])
        self.coach = {"kind": stage.gid("SessionKind", stage.kind), "coach": stage.gid("Person", stage.coaches[0])}

    def count(self, query: str, **variables: Any) -> float:
        """The statements of one answer."""
        before = len(self._seen)
        body = {"query": query, "variables": variables}
        answer = self._client.post("/graphql", json=body, headers={"authorization": f"Bearer {self._token}"}).json()
        assert "errors" not in answer, answer
        return len(self._seen) - before

    def book(self, place: int) -> float:
        """The statements of one booking."""
        start = self._stage.starts(place + 1)[place].isoformat()
        return self.count(BOOK, input={**self.coach, "startsAt": start, "idempotencyKey": f"statements-{place}"})


def measure() -> dict[str, float]:
    """Statements of each operation with few sessions, then with a page of 50."""
    with world(1) as stage:
        database = open_database(stage.server.url(), pool_size=2)
        seen = count_statements(database.engine)
        with TestClient(create_app(services_over(database))) as client:
            caller = Caller(stage, client, seen)
            found = {"first_booking": caller.book(0), **_reading(caller, "few")}
            later = [caller.book(place) for place in range(1, 60)]
            found |= {"later_booking": max(later), **_reading(caller, "50")}
        database.engine.dispose()
    return found


def _reading(caller: Caller, size: str) -> dict[str, float]:
    return {
        f"list_{size}": caller.count(QUERY),
        f"both_checks_{size}": caller.count(WITH_TWINS),
        f"openings_{size}": caller.count(OPENINGS, **caller.coach),
    }


if __name__ == "__main__":
    print(measure())
