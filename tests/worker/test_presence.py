"""What a dead worker held is free as soon as another one looks; what a living one holds is not (decision 5)."""

from collections.abc import Generator
from contextlib import contextmanager
from time import sleep

import psycopg
import pytest
from sqlalchemy import Engine

from fortnight.database import libpq_dsn
from models.unit import Database
from tests.support.postgres import Cluster
from tests.worker.test_claims import NOW, Desk
from worker.claims import claim, complete, give_back
from worker.presence import be_present, free_what_the_dead_held


@pytest.fixture
def desk(owner: Engine) -> Desk:
    desk = Desk(owner)
    desk.organisation(1, clock=NOW)
    return desk


@contextmanager
def present(cluster: Cluster, name: str, wanted: int) -> Generator[int]:
    """A worker that lives meanwhile; afterwards PostgreSQL has noticed that it is gone, which takes it a moment."""
    with psycopg.connect(libpq_dsn(cluster.url(name)), autocommit=True) as watcher:
        with psycopg.connect(libpq_dsn(cluster.url(name)), autocommit=True) as connection:
            process = connection.info.backend_pid
            yield be_present(connection, wanted, lambda: wanted + 1)
        while watcher.execute("SELECT FROM pg_stat_activity WHERE pid = %s", [process]).fetchone() is not None:
            sleep(0.01)


def test_what_a_dead_worker_held_is_free_and_what_a_living_one_holds_is_not(
    desk: Desk, database: Database, cluster: Cluster, database_name: str
) -> None:
    dead, living = desk.put(NOW), desk.put(NOW)
    with present(cluster, database_name, 5) as mine:
        with present(cluster, database_name, 9) as other:
            assert [one.id for one in claim(database, batch=1, worker=other)] == [dead]
            assert [one.id for one in claim(database, batch=1, worker=mine)] == [living]
            assert free_what_the_dead_held(database) == 0
        assert free_what_the_dead_held(database) == 1
        assert (desk.row(dead).lease_until, desk.row(living).lease_by) == (None, mine)
        assert [one.id for one in claim(database, batch=5, worker=mine)] == [dead]


def test_two_workers_never_live_under_one_number(cluster: Cluster, database_name: str) -> None:
    with present(cluster, database_name, 5) as first, present(cluster, database_name, 5) as second:
        assert (first, second) == (5, 6)


def test_work_that_is_claimed_without_a_worker_waits_for_its_lease(desk: Desk, database: Database) -> None:
    """A test clock's delivery claims inside a request: nobody's death says that it has ended."""
    desk.put(NOW)
    claim(database, batch=1)
    assert free_what_the_dead_held(database) == 0


def test_who_has_lost_the_work_records_nothing_of_it(desk: Desk, database: Database) -> None:
    """A worker that was thought dead comes back: the one that has the work by now says what became of it."""
    work = desk.put(NOW)
    [lost] = claim(database, batch=1, worker=5)
    assert free_what_the_dead_held(database) == 1
    [ours] = claim(database, batch=1, worker=6)
    with database.unit(1) as unit:
        assert complete(unit, [lost]) == 0
    give_back(database, [lost])
    assert (desk.row(work).done_at, desk.row(work).lease_by, desk.row(work).attempts) == (None, 6, 2)
    with database.unit(1) as unit:
        assert complete(unit, [ours]) == 1
    assert (desk.row(work).done_at, desk.row(work).lease_by) == (NOW, None)
