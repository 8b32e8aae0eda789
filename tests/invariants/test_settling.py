"""Deadlines act by themselves, in order, once, whoever notices them first (D-42, MODEL 8)."""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from commands.advance_clock import AdvanceClock, advance_clock
from commands.settle import CatchingUp, settle, settle_organisation
from fortnight.database import open_database
from models.unit import Database
from tests.support.platform import done, open_platform
from tests.support.postgres import Cluster, owner_engine
from worker.delivery import work_off

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2027, 6, 15, 12, tzinfo=UTC)
COACHES = ["Eva", "Cora", "Dan"]
MEMBERS = [f"Member{number}" for number in range(12)]
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spring:
    """A database in which much is due, and a copy of it for whoever asks."""

    cluster: Cluster
    name: str
    organisation_id: int
    people: dict[str, int]

    @contextmanager
    def copied(self, name: str, *, pool_size: int = 24) -> Generator[tuple[Database, Engine]]:
        """The same rows in a database of one's own."""
        self.cluster.server.create_database(name, template=self.name)
        database = open_database(self.cluster.url(name), pool_size=pool_size)
        owner = owner_engine(self.cluster.url(name))
        yield database, owner
        database.engine.dispose()
        owner.dispose()
        self.cluster.drop(name)


@pytest.fixture(scope="module")
def spring(cluster: Cluster) -> Iterator[Spring]:
    """Members with two coaches each and sessions from March to May; then time passes and no worker runs."""
    name = cluster.clone()
    database = open_database(cluster.url(name), pool_size=2)
    platform = open_platform(database, "aceup", at=NOW)
    for coach in COACHES:
        platform.coach(coach, "session")
    for number, member in enumerate(MEMBERS):
        pair = (COACHES[number % 3], COACHES[(number + 1) % 3])
        platform.member(member, *pair)
        for month in range(3, 6):
            for coach, day in zip(pair, (5, 20), strict=True):
                start = datetime(2027, month, day, 8, tzinfo=UTC) + timedelta(hours=number)
                platform.booked(member, "session", coach, start)
    command = AdvanceClock(to=LATER, run_timers=False)
    done(advance_clock(database, platform.request(), command, deliver=lambda _: 0))
    database.engine.dispose()
    yield Spring(cluster=cluster, name=name, organisation_id=platform.organisation_id, people=dict(platform.people))
    cluster.drop(name)


@pytest.fixture
def copy(spring: Spring) -> Iterator[tuple[Database, Engine]]:
    with spring.copied("spring_copy") as found:
        yield found


STATE = text("""
SELECT
    (SELECT array_agg((status, starts_at, version)::text ORDER BY id) FROM session),
    (SELECT array_agg((kind, units, effective_at, cause_key)::text ORDER BY cause_key) FROM ledger_entry
        WHERE kind IN ('GRANT', 'EXPIRE')),
    (SELECT count(*) FROM due_work WHERE changes_state AND done_at IS NULL AND fires_at <= :now),
    (SELECT array_agg((name, effective_at)::text ORDER BY name, effective_at) FROM event)
""")


def state(owner: Engine) -> tuple[object, ...]:
    with owner.connect() as connection:
        return tuple(connection.execute(STATE, {"now": LATER}).one())


def assert_gapless(owner: Engine) -> None:
    """The events of each person are numbered without gaps, and in the order of their effect."""
    with owner.connect() as connection:
        wrong = connection.execute(
            text("""
                SELECT person_id, count(*), max(number), (SELECT event_number FROM person WHERE person.id = person_id)
                FROM event_person GROUP BY person_id
                HAVING count(*) <> max(number) OR max(number) <> (SELECT event_number FROM person WHERE person.id = person_id)
            """)
        ).all()
        disordered = connection.execute(
            text("""
                SELECT one.person_id, one.number FROM event_person AS one JOIN event_person AS two
                ON two.person_id = one.person_id AND two.number = one.number + 1
                JOIN event AS earlier ON earlier.id = one.event_id JOIN event AS later ON later.id = two.event_id
                WHERE earlier.effective_at > later.effective_at
            """)
        ).all()
    assert wrong == []
    assert disordered == []


def test_settlements_that_share_persons_never_deadlock(spring: Spring, copy: tuple[Database, Engine]) -> None:
    database, owner = copy
    people = [frozenset({spring.people[name]}) for name in [*MEMBERS, *COACHES]]
    everybody = frozenset().union(*people)
    wanted = [*people, everybody, everybody]
    barrier = Barrier(len(wanted) + 3)

    def settle_some(persons: frozenset[int]) -> int:
        barrier.wait(timeout=30)
        return settle(database, spring.organisation_id, persons, now=LATER)

    def work() -> int:
        barrier.wait(timeout=30)
        return work_off(database, {}, organisation_id=spring.organisation_id)

    with ThreadPoolExecutor(len(wanted) + 3) as threads:
        workers = [threads.submit(work) for _ in range(3)]
        settlers = [threads.submit(settle_some, persons) for persons in wanted]
        assert sum(one.result() for one in settlers) > 0
        for worker in workers:
            worker.result()
    with owner.connect() as connection:
        assert connection.execute(DEADLOCKS).scalar_one() == 0
    assert state(owner)[2] == 0
    assert_gapless(owner)


def test_settling_side_by_side_comes_to_the_same_as_one_after_the_other(
    spring: Spring, copy: tuple[Database, Engine]
) -> None:
    database, owner = copy
    people = [frozenset({spring.people[name]}) for name in [*MEMBERS, *COACHES]]
    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(lambda persons: settle(database, spring.organisation_id, persons, now=LATER), people))
    with spring.copied("spring_twin", pool_size=1) as (twin, twins_owner):
        settle_organisation(twin, spring.organisation_id, now=LATER, limit=10_000)
        assert state(owner) == state(twins_owner)
    assert_gapless(owner)


def test_settling_again_fires_nothing(spring: Spring, copy: tuple[Database, Engine]) -> None:
    database, _ = copy
    everybody = frozenset(spring.people.values())
    assert settle(database, spring.organisation_id, everybody, now=LATER) > 0
    assert settle(database, spring.organisation_id, everybody, now=LATER) == 0


def test_whoever_asks_first_settles_only_what_concerns_them(spring: Spring, copy: tuple[Database, Engine]) -> None:
    """A deadline of others waits, unless it comes before one that it shares a person with."""
    database, owner = copy
    settle(database, spring.organisation_id, frozenset({spring.people["Member0"]}), now=LATER)
    due = "SELECT count(*) FROM due_work WHERE changes_state AND done_at IS NULL AND fires_at <= :now"
    with owner.connect() as connection:
        values = {"person": spring.people["Member0"], "now": LATER}
        assert connection.execute(text(f"{due} AND :person = ANY(persons)"), values).scalar_one() == 0
        assert connection.execute(text(due), {"now": LATER}).scalar_one() > 0
    assert_gapless(owner)


def test_a_read_over_everything_settles_a_bounded_number(spring: Spring, copy: tuple[Database, Engine]) -> None:
    database, _ = copy
    with pytest.raises(CatchingUp):
        settle_organisation(database, spring.organisation_id, now=LATER, limit=10)
    assert settle_organisation(database, spring.organisation_id, now=LATER, limit=10_000) > 0
