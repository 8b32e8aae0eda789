"""The worker process: woken at once, and not ended by a database that was away."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text

from fortnight.database import libpq_dsn
from models.unit import Database
from policy.terms import WorkKind
from tests.support.postgres import Cluster
from tests.worker.test_claims import NOW, Desk
from worker.claims import Claim
from worker.outcomes import Delivered, Delivery
from worker.run import run

PATIENCE_SECONDS = 20.0


@contextmanager
def working(
    database: Database, dsn: str, *, slowly: Callable[[Claim], object] = lambda _one: None
) -> Generator[list[Claim]]:
    """A worker in a thread; what it delivered."""
    delivered: list[Claim] = []

    def send(_database: Database, one: Claim) -> Delivery:
        slowly(one)
        delivered.append(one)
        return Delivered()

    stop = threading.Event()
    handlers = {WorkKind.MAIL: send, WorkKind.GOOGLE_PUSH: send, WorkKind.REMINDER: send}
    thread = threading.Thread(
        target=run, args=(database, handlers), kwargs={"listen_dsn": dsn, "stop": stop, "number": lambda: 7}
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
        until(lambda: desk.row(first).done_at is not None)
        with owner.connect() as connection:
            connection.execute(others)
        second = desk.put(NOW)
        until(lambda: [one.id for one in delivered] == [first, second])


def test_a_mail_server_that_hangs_holds_up_neither_calendars_nor_reminders(
    desk: Desk, database: Database, cluster: Cluster, database_name: str
) -> None:
    answered = threading.Event()

    def slowly(one: Claim) -> None:
        if one.kind is WorkKind.MAIL:
            answered.wait(PATIENCE_SECONDS)

    with working(database, libpq_dsn(cluster.url(database_name)), slowly=slowly) as delivered:
        mail = desk.put(NOW)
        others = {desk.put(NOW, kind=WorkKind.GOOGLE_PUSH), desk.put(NOW, kind=WorkKind.REMINDER, rank=10)}
        until(lambda: {one.id for one in delivered} == others)
        answered.set()
        until(lambda: {one.id for one in delivered} == {mail, *others})


def test_a_worker_that_is_told_to_stop_finishes_the_work_in_hand_and_gives_back_the_rest(
    desk: Desk, database: Database, cluster: Cluster, database_name: str
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_one: Claim) -> None:
        begun.set()
        go_on.wait(PATIENCE_SECONDS)

    works = [desk.put(NOW) for _ in range(5)]
    with working(database, libpq_dsn(cluster.url(database_name)), slowly=slowly) as delivered:
        begun.wait(PATIENCE_SECONDS)
        threading.Timer(0.2, go_on.set).start()
    assert [one.id for one in delivered] == works[:1]
    rows = [desk.row(work) for work in works]
    assert [row.done_at is not None for row in rows] == [True, False, False, False, False]
    assert {(row.lease_until, row.lease_by, row.attempts) for row in rows[1:]} == {(None, None, 0)}


def test_a_fault_that_no_work_is_to_blame_for_ends_the_worker(
    desk: Desk, database: Database, cluster: Cluster, database_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever watches it starts it again; a part that stands still unseen would be worse."""

    def broken(*_args: object, **_more: object) -> int:
        raise RuntimeError("a bug")

    monkeypatch.setattr("worker.run.work_off", broken)
    with pytest.raises(RuntimeError):
        run(
            database,
            {},
            listen_dsn=libpq_dsn(cluster.url(database_name)),
            stop=threading.Event(),
            number=lambda: 7,
        )
