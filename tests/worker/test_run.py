"""The worker process: woken at once, and not ended by a database that was away."""

import threading
import time
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from fortnight.database import libpq_dsn
from models.unit import Database
from policy.terms import WorkKind
from tests.support.postgres import Cluster
from tests.worker.test_claims import NOW, Desk
from worker.claims import Claim
from worker.delivery import Delivered, Delivery
from worker.run import run

PATIENCE_SECONDS = 20.0


@contextmanager
def working(database: Database, dsn: str) -> Generator[list[Claim]]:
    """A worker in a thread; what it delivered."""
    delivered: list[Claim] = []

    def mail(_database: Database, one: Claim) -> Delivery:
        delivered.append(one)
        return Delivered()

    stop = threading.Event()
    thread = threading.Thread(
        target=run, args=(database, {WorkKind.MAIL: mail}), kwargs={"listen_dsn": dsn, "stop": stop}
    )
    thread.start()
    try:
        yield delivered
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def until(condition: object, *, seconds: float = PATIENCE_SECONDS) -> float:
    """How long it took until the condition held."""
    began = time.monotonic()
    assert callable(condition)
    while not condition():
        assert time.monotonic() - began < seconds
        time.sleep(0.005)
    return time.monotonic() - began


@pytest.fixture
def desk(owner: Engine) -> Desk:
    desk = Desk(owner)
    desk.organisation(1, clock=NOW)
    return desk


def test_work_that_comes_in_is_done_at_once(
    desk: Desk, database: Database, cluster: Cluster, database_name: str
) -> None:
    with working(database, libpq_dsn(cluster.url(database_name))) as delivered:
        first = desk.put(NOW)
        until(lambda: [one.id for one in delivered] == [first])
        times = []
        for _ in range(5):
            before = len(delivered)
            desk.put(NOW)
            times.append(until(lambda before=before: len(delivered) > before))
    # The worker is woken by the insert; its own patience is a second.
    assert min(times) < 0.5


def test_a_clock_that_is_moved_wakes_the_worker(
    desk: Desk, database: Database, cluster: Cluster, database_name: str
) -> None:
    work = desk.put(NOW + (NOW - NOW.replace(hour=0)))
    with working(database, libpq_dsn(cluster.url(database_name))) as delivered:
        time.sleep(0.1)
        assert delivered == []
        desk.set_clock(1, NOW.replace(hour=23))
        until(lambda: [one.id for one in delivered] == [work])


def test_a_database_that_was_away_is_waited_for(
    desk: Desk, database: Database, owner: Engine, cluster: Cluster, database_name: str
) -> None:
    others = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    with working(database, libpq_dsn(cluster.url(database_name))) as delivered:
        first = desk.put(NOW)
        until(lambda: [one.id for one in delivered] == [first])
        with owner.connect() as connection:
            connection.execute(others)
        second = desk.put(NOW)
        until(lambda: [one.id for one in delivered] == [first, second])
