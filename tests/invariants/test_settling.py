"""Deadlines act by themselves, in order, once, whoever notices them first (D-42, MODEL 8)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, text

from commands.advance_clock import AdvanceClock, advance_clock
from commands.settle import CatchingUp, settle, settle_organisation
from fortnight.database import open_database
from models.unit import Database
from tests.support.platform import Platform, done, open_platform
from tests.support.postgres import Cluster, owner_engine
from worker.delivery import work_off

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
LATER = datetime(2027, 6, 15, 12, tzinfo=UTC)
COACHES = ["Eva", "Cora", "Dan"]
MEMBERS = [f"Member{number}" for number in range(12)]
DEADLOCKS = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")


@pytest.fixture
def wide(cluster: Cluster, database_name: str) -> Iterator[Database]:
    """The test's database with many connections."""
    database = open_database(cluster.url(database_name), pool_size=24)
    yield database
    database.engine.dispose()


def busy_spring(database: Database) -> Platform:
    """Members with two coaches each and sessions from March to May; then time passes and no worker runs."""
    platform = open_platform(database, "aceup", at=NOW)
    for name in COACHES:
        platform.coach(name, "session")
    for number, name in enumerate(MEMBERS):
        pair = (COACHES[number % 3], COACHES[(number + 1) % 3])
        platform.member(name, *pair)
        for month in range(3, 6):
            for coach, day in zip(pair, (5, 20), strict=True):
                start = datetime(2027, month, day, 8, tzinfo=UTC) + timedelta(hours=number)
                if platform.now < start:
                    platform.booked(name, "session", coach, start)
    command = AdvanceClock(to=LATER, run_timers=False)
    done(advance_clock(database, platform.request(), command, deliver=lambda _: 0))
    platform.now = LATER
    return platform


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


def test_settlements_that_share_persons_never_deadlock(wide: Database, owner: Engine) -> None:
    platform = busy_spring(wide)
    people = [frozenset({platform.people[name]}) for name in [*MEMBERS, *COACHES]]
    everybody = frozenset(platform.people[name] for name in [*MEMBERS, *COACHES])
    wanted = [*people, everybody, everybody]
    barrier = Barrier(len(wanted) + 3)

    def settle_some(persons: frozenset[int]) -> int:
        barrier.wait(timeout=30)
        return settle(wide, platform.organisation_id, persons, now=LATER)

    def work(_: int) -> int:
        barrier.wait(timeout=30)
        return work_off(wide, {}, organisation_id=platform.organisation_id)

    with ThreadPoolExecutor(len(wanted) + 3) as threads:
        workers = [threads.submit(work, number) for number in range(3)]
        fired = sum(threads.map(settle_some, wanted))
        for worker in workers:
            worker.result()
    settle_organisation(wide, platform.organisation_id, now=LATER, limit=10_000)
    with owner.connect() as connection:
        assert connection.execute(DEADLOCKS).scalar_one() == 0
        timers = connection.execute(
            text("SELECT count(*) FROM due_work WHERE changes_state AND done_at IS NOT NULL")
        ).scalar_one()
    assert 0 < fired <= timers
    assert_gapless(owner)
    assert state(owner)[2] == 0


def test_settling_side_by_side_comes_to_the_same_as_one_after_the_other(
    cluster: Cluster, database_name: str, wide: Database, owner: Engine
) -> None:
    platform = busy_spring(wide)
    wide.engine.dispose()
    owner.dispose()
    cluster.server.create_database("twin", template=database_name)
    twin, twins_owner = open_database(cluster.url("twin"), pool_size=2), owner_engine(cluster.url("twin"))
    people = [frozenset({platform.people[name]}) for name in [*MEMBERS, *COACHES]]
    with ThreadPoolExecutor(len(people)) as threads:
        list(threads.map(lambda persons: settle(wide, platform.organisation_id, persons, now=LATER), people))
    settle_organisation(twin, platform.organisation_id, now=LATER, limit=10_000)
    assert state(owner) == state(twins_owner)
    twin.engine.dispose()
    twins_owner.dispose()
    cluster.drop("twin")


def test_settling_again_fires_nothing(wide: Database) -> None:
    platform = busy_spring(wide)
    everybody = frozenset(platform.people.values())
    assert settle(wide, platform.organisation_id, everybody, now=LATER) > 0
    assert settle(wide, platform.organisation_id, everybody, now=LATER) == 0


def test_whoever_asks_first_settles_only_what_concerns_them(wide: Database, owner: Engine) -> None:
    """A deadline of others waits; one that shares a person with an earlier deadline comes after it."""
    platform = busy_spring(wide)
    settle(wide, platform.organisation_id, frozenset({platform.people["Member0"]}), now=LATER)
    own = text(
        "SELECT count(*) FROM due_work WHERE changes_state AND done_at IS NULL AND :person = ANY(persons) AND fires_at <= :now"
    )
    waiting = text("SELECT count(*) FROM due_work WHERE changes_state AND done_at IS NULL AND fires_at <= :now")
    with owner.connect() as connection:
        values = {"person": platform.people["Member0"], "now": LATER}
        assert connection.execute(own, values).scalar_one() == 0
        assert connection.execute(waiting, {"now": LATER}).scalar_one() > 0
    assert_gapless(owner)


def test_a_read_over_everything_settles_a_bounded_number(wide: Database) -> None:
    platform = busy_spring(wide)
    with pytest.raises(CatchingUp):
        settle_organisation(wide, platform.organisation_id, now=LATER, limit=10)
    assert settle_organisation(wide, platform.organisation_id, now=LATER, limit=10_000) > 0
