"""First come, first served, decided by the order of commit: no double booking, no credit spent twice, no deadlock (D-49)."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.book import book
from commands.outcome import Done, Outcome, Refused
from commands.reschedule import RescheduleSession, reschedule
from commands.transaction import Request
from fortnight.database import open_database
from models.unit import Database
from policy.terms import RefusalCode
from tests.support.platform import Platform, open_platform
from tests.support.postgres import Cluster

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
FIRST_SLOT = datetime(2027, 3, 8, 10, tzinfo=UTC)
CROWD = 50
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
ROUNDS = [10, pytest.param(100, marks=[pytest.mark.slow, pytest.mark.timeout(600)])]


@pytest.fixture
def crowded(cluster: Cluster, database_name: str) -> Iterator[Database]:
    """The test's database with a connection for everybody of a crowd."""
    database = open_database(cluster.url(database_name), pool_size=CROWD)
    yield database
    database.engine.dispose()


def at_once(acts: list[Callable[[], Outcome]]) -> list[Outcome]:
    """All acts begin at the same moment, each in a thread and with a connection of its own."""
    barrier = Barrier(len(acts))

    def begin(act: Callable[[], Outcome]) -> Outcome:
        barrier.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(begin, acts))


def count_of(outcomes: list[Outcome]) -> Counter[str]:
    """How many took effect, and how many were refused with which code."""
    return Counter("done" if isinstance(one, Done) else str(one.code) for one in outcomes)


def crowd_of(database: Database, number: int) -> tuple[Platform, list[str]]:
    """Members with plenty of credits, all engaged with one coach."""
    platform = open_platform(database, "thrive", at=NOW)
    platform.coach("Eva", "session")
    names = [f"Member {place}" for place in range(number)]
    for name in names:
        platform.member(name.replace(" ", ""), "Eva")
        platform.pack(name.replace(" ", ""), "session", 1000)
    return platform, [name.replace(" ", "") for name in names]


def sessions_at(owner: Engine, start: datetime) -> int:
    with owner.connect() as connection:
        return connection.execute(
            text("SELECT count(*) FROM session WHERE starts_at = :start AND status = 'SCHEDULED'"), {"start": start}
        ).scalar_one()


def held_units(owner: Engine) -> int:
    with owner.connect() as connection:
        return connection.execute(
            text(
                "SELECT coalesce(sum(units) FILTER (WHERE kind = 'HOLD'), 0) "
                "- coalesce(sum(units) FILTER (WHERE kind IN ('RELEASE', 'FORFEIT')), 0) FROM ledger_entry"
            )
        ).scalar_one()


def deadlocks(owner: Engine) -> int:
    with owner.connect() as connection:
        return connection.execute(DEADLOCKS).scalar_one()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_50_who_want_one_slot_one_gets_it(crowded: Database, owner: Engine, rounds: int) -> None:
    platform, crowd = crowd_of(crowded, CROWD)
    actors = {name: platform.actor(name) for name in crowd}
    for number in range(rounds):
        start = FIRST_SLOT + number * timedelta(hours=1)
        commands = [platform.booking(name, "session", "Eva", start) for name in crowd]
        requests = [Request(actor=actors[name], now=NOW, idempotency_key=f"round-{number}") for name in crowd]
        outcomes = at_once(
            [
                lambda request=request, command=command: book(crowded, request, command)
                for request, command in zip(requests, commands, strict=True)
            ]
        )
        assert count_of(outcomes) == {"done": 1, RefusalCode.SLOT_TAKEN: CROWD - 1}
        assert sessions_at(owner, start) == 1
        assert held_units(owner) == number + 1
    assert deadlocks(owner) == 0


@pytest.mark.parametrize("rounds", ROUNDS)
def test_of_8_bookings_one_gets_the_last_credit(crowded: Database, owner: Engine, rounds: int) -> None:
    platform = open_platform(crowded, "thrive", at=NOW)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    maya = platform.actor("Maya")
    for number in range(rounds):
        platform.pack("Maya", "session", 1)
        starts = [FIRST_SLOT + timedelta(hours=8 * number + place) for place in range(8)]
        commands = [platform.booking("Maya", "session", "Eva", start) for start in starts]
        requests = [Request(actor=maya, now=NOW, idempotency_key=f"{start}") for start in starts]
        outcomes = at_once(
            [
                lambda request=request, command=command: book(crowded, request, command)
                for request, command in zip(requests, commands, strict=True)
            ]
        )
        assert count_of(outcomes) == {"done": 1, RefusalCode.NO_CREDIT: 7}
        assert sum(sessions_at(owner, start) for start in starts) == 1
        assert held_units(owner) == number + 1
    assert deadlocks(owner) == 0


def test_of_those_who_book_and_those_who_move_one_gets_the_slot(crowded: Database, owner: Engine) -> None:
    platform, crowd = crowd_of(crowded, 12)
    movers, bookers = crowd[:6], crowd[6:]
    actors = {name: platform.actor(name) for name in crowd}
    sessions = {
        name: platform.booked(name, "session", "Eva", FIRST_SLOT + timedelta(days=7, hours=place))
        for place, name in enumerate(movers)
    }
    for number in range(5):
        start = FIRST_SLOT + number * timedelta(hours=1)
        acts: list[Callable[[], Outcome]] = []
        for name in crowd:
            request = Request(actor=actors[name], now=NOW, idempotency_key=f"round-{number}")
            act: Any
            if name in sessions:
                command = RescheduleSession(session_id=sessions[name], to=start)
                act = lambda request=request, command=command: reschedule(crowded, request, command)  # noqa: E731
            else:
                wish = platform.booking(name, "session", "Eva", start)
                act = lambda request=request, wish=wish: book(crowded, request, wish)  # noqa: E731
            acts.append(act)
        assert count_of(at_once(acts)) == {"done": 1, RefusalCode.SLOT_TAKEN: len(crowd) - 1}
        assert sessions_at(owner, start) == 1
    assert len(bookers) == 6
    assert deadlocks(owner) == 0


def test_one_key_over_many_connections_has_effect_once(crowded: Database, owner: Engine) -> None:
    platform, _ = crowd_of(crowded, 1)
    request = Request(actor=platform.actor("Member0"), now=NOW, idempotency_key="once")
    command = platform.booking("Member0", "session", "Eva", FIRST_SLOT)
    outcomes = at_once([lambda: book(crowded, request, command)] * 12)
    assert isinstance(outcomes[0], Done)
    assert outcomes == [outcomes[0]] * 12
    assert sessions_at(owner, FIRST_SLOT) == 1
    assert held_units(owner) == 1


def test_two_who_cancel_at_once_cancel_once(crowded: Database, owner: Engine) -> None:
    platform, _ = crowd_of(crowded, 1)
    session = platform.booked("Member0", "session", "Eva", FIRST_SLOT)
    acts = [lambda who=who: platform.cancel(who, session, key=who) for who in ("Member0", "Eva")]
    outcomes = at_once(acts)
    assert count_of(outcomes) == {"done": 1, RefusalCode.WRONG_STATE: 1}
    refusal = next(one for one in outcomes if isinstance(one, Refused))
    assert refusal.check is not None
    assert held_units(owner) == 0
    assert deadlocks(owner) == 0


def test_first_bookings_side_by_side_write_down_their_policy_once(crowded: Database, owner: Engine) -> None:
    """Pairs that share nobody book a kind for the first time: each session stands, under one resolved policy (D-41)."""
    platform = open_platform(crowded, "thrive", at=NOW)
    acts: list[Callable[[], Outcome]] = []
    for number in range(12):
        coach, member = f"Coach{number}", f"Member{number}"
        platform.coach(coach, "session")
        platform.member(member, coach)
        platform.pack(member, "session", 1)
        request = Request(actor=platform.actor(member), now=NOW, idempotency_key="first")
        wish = platform.booking(member, "session", coach, FIRST_SLOT)
        acts.append(lambda request=request, wish=wish: book(crowded, request, wish))
    assert count_of(at_once(acts)) == {"done": 12}
    with owner.connect() as connection:
        used = text("SELECT count(DISTINCT resolved_policy_id), (SELECT count(*) FROM resolved_policy) FROM session")
        assert tuple(connection.execute(used).one()) == (1, 1)
