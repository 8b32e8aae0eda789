"""How many statements an operation takes: few, and the same on a full page and after a long history (ARCHITECTURE)."""

from datetime import UTC, datetime, timedelta

import pytest

from models.unit import count_statements
from tests.scenarios import documents
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage

LIST = """
query List($first: Int!) { viewer { sessions(first: $first) { nodes {
  id status startsAt endsAt coach { id name } member { id name } kind { code name } } } } }
"""
LIST_WITH_CHECKS = """
query List($first: Int!) { viewer { sessions(first: $first) { nodes {
  id status startsAt endsAt coach { id name } member { id name } kind { code name }
  canCancel { allowed late code deadlineAt consequence { costly summary } }
  canReschedule { allowed late code deadlineAt consequence { costly summary } } } } } }
"""
FIRST = datetime(2027, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def stage(open_stage: OpenStage) -> Stage:
    """Maya with Eva on Thrive, and plenty of credits."""
    stage = open_stage("thrive", at="2027-03-01T09:00:00Z")
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 200)
    return stage


class Counter:
    """Counts what one request sends to the database, but for the points of who asks: those are taken once for many requests."""

    def __init__(self, stage: Stage) -> None:
        self._seen = count_statements(stage.theatre.database.engine)
        self._stage = stage

    def ask(self, who: str, document: str, **variables: object) -> int:
        """How many statements the answer took."""
        before = len(self._seen)
        self._stage.ask(who, document, **variables)
        return sum("rate_window" not in statement for statement in self._seen[before:])


def book_many(stage: Stage, number: int, *, first: datetime = FIRST) -> None:
    for place in range(number):
        start = first + timedelta(days=place // 10, hours=place % 10)
        assert "session" in stage.book("Maya", "session", "Eva", start.isoformat())
    stage.deliver()


def booking(stage: Stage, start: datetime) -> dict[str, object]:
    return {
        "kind": stage.kinds["session"],
        "coach": stage.gid("Eva"),
        "startsAt": start.isoformat(),
        "idempotencyKey": stage.key(),
    }


def test_a_booking_takes_at_most_15_statements_whatever_has_happened(stage: Stage) -> None:
    counter = Counter(stage)
    first = counter.ask("Maya", documents.BOOK, input=booking(stage, FIRST - timedelta(hours=1)))
    second = counter.ask("Maya", documents.BOOK, input=booking(stage, FIRST - timedelta(hours=2)))
    book_many(stage, 50)
    later = counter.ask("Maya", documents.BOOK, input=booking(stage, FIRST + timedelta(days=30)))
    assert first <= 15
    assert later == second <= 15


def test_a_list_takes_at_most_2_statements_whatever_its_length(stage: Stage) -> None:
    counter = Counter(stage)
    book_many(stage, 2)
    short = counter.ask("Maya", LIST, first=50)
    book_many(stage, 48, first=FIRST + timedelta(days=20))
    assert counter.ask("Maya", LIST, first=50) == counter.ask("Maya", LIST, first=1) == short <= 2


def test_both_checks_on_a_page_of_50_take_at_most_3_statements_more(stage: Stage) -> None:
    counter = Counter(stage)
    book_many(stage, 50)
    plain = counter.ask("Maya", LIST, first=50)
    checked = counter.ask("Maya", LIST_WITH_CHECKS, first=50)
    assert checked - plain <= 3
    assert counter.ask("Maya", LIST_WITH_CHECKS, first=2) == checked


def test_openings_take_at_most_3_statements_whatever_stands_there(stage: Stage) -> None:
    counter = Counter(stage)
    wanted = {
        "kind": stage.kinds["session"],
        "coach": stage.gid("Eva"),
        "from": "2027-03-02T00:00:00Z",
        "to": "2027-03-09T00:00:00Z",
    }
    empty = counter.ask("Maya", documents.OPENINGS, **wanted)
    book_many(stage, 50)
    assert counter.ask("Maya", documents.OPENINGS, **wanted) == empty <= 3
    assert counter.ask("Maya", documents.OPENINGS, **{**wanted, "coach": None}) == empty
