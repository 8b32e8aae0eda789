"""What becomes of claimed work: done, put off, set aside; a fault of ours stops nothing else."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import structlog
from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError, PendingRollbackError

from commands.apply.work import Work, schedule
from models.unit import Database
from policy.terms import WorkKind
from tests.worker.test_claims import MINUTE, NOW, Desk
from worker.claims import Claim
from worker.delivery import Unfinished, work_off
from worker.outcomes import PATIENCE, Delivered, Delivery, Hopeless, Later, is_away

Mail = Callable[[Database, Claim], Delivery]


@pytest.fixture
def desk(owner: Engine) -> Desk:
    desk = Desk(owner)
    desk.organisation(1, clock=NOW)
    return desk


def off(database: Database, mail: Mail) -> int:
    return work_off(database, {WorkKind.MAIL: mail})


def test_delivered_work_is_done(desk: Desk, database: Database) -> None:
    work = desk.put(NOW - MINUTE, object_id=77)
    seen: list[Claim] = []

    def mail(_database: Database, one: Claim) -> Delivery:
        seen.append(one)
        return Delivered()

    assert off(database, mail) == 1
    assert [(one.object_id, one.attempts, one.now) for one in seen] == [(77, 1, NOW)]
    row = desk.row(work)
    assert (row.done_at, row.lease_until, row.last_error) == (NOW, None, None)
    assert off(database, mail) == 0


def test_work_that_failed_is_tried_again_in_its_organisations_time(desk: Desk, database: Database) -> None:
    work = desk.put(NOW)
    answers: list[Delivery] = [Later(after=MINUTE, error="away"), Delivered()]
    assert off(database, lambda _database, _one: answers.pop(0)) == 1
    row = desk.row(work)
    assert (row.done_at, row.fires_at, row.attempts, row.last_error) == (None, NOW + MINUTE, 1, "away")
    assert off(database, lambda _database, _one: answers.pop(0)) == 0
    desk.set_clock(1, NOW + MINUTE)
    assert off(database, lambda _database, _one: answers.pop(0)) == 1
    row = desk.row(work)
    assert (row.done_at, row.attempts, row.last_error) == (NOW + MINUTE, 2, None)


def test_hopeless_work_is_set_aside_and_stays_visible(desk: Desk, database: Database) -> None:
    work = desk.put(NOW)
    assert off(database, lambda _database, _one: Hopeless(error="badRequest")) == 1
    row = desk.row(work)
    assert (row.set_aside_at, row.done_at, row.last_error) == (NOW, None, "badRequest")


def test_what_has_failed_for_five_days_is_set_aside(desk: Desk, database: Database) -> None:
    work = desk.put(NOW - PATIENCE)
    young = desk.put(NOW - PATIENCE + timedelta(microseconds=1))
    assert off(database, lambda _database, _one: Later(after=MINUTE, error="away")) == 2
    assert desk.row(work).set_aside_at == NOW
    assert desk.row(young).set_aside_at is None


def test_a_fault_of_ours_is_logged_and_stops_nothing_else(desk: Desk, database: Database) -> None:
    broken, whole = desk.put(NOW, object_id=1), desk.put(NOW, object_id=2)

    def mail(_database: Database, one: Claim) -> Delivery:
        if one.object_id == 1:
            raise RuntimeError("a bug that names maya@example.com")
        return Delivered()

    with structlog.testing.capture_logs() as lines:
        assert off(database, mail) == 2
    row = desk.row(broken)
    assert (row.done_at, row.set_aside_at, row.last_error) == (None, None, "RuntimeError")
    assert row.fires_at > NOW
    assert desk.row(whole).done_at == NOW
    assert [line["work"] for line in lines if line["event"] == "work_failed"] == [broken]


def test_everything_due_is_worked_off_in_batches(desk: Desk, database: Database) -> None:
    works = [desk.put(NOW - number * MINUTE) for number in range(45)]
    assert work_off(database, {WorkKind.MAIL: lambda _database, _one: Delivered()}, batch=20) == 45
    assert all(desk.row(work).done_at == NOW for work in works)


def test_work_of_a_live_organisation_is_done_by_the_real_clock(desk: Desk, database: Database) -> None:
    desk.organisation(2, clock=None)
    work = desk.put(datetime(2020, 1, 1, tzinfo=UTC), organisation=2)
    assert work_off(database, {WorkKind.MAIL: lambda _database, _one: Delivered()}, organisation_id=2) == 1
    assert desk.row(work).done_at > datetime(2020, 1, 1, tzinfo=UTC)


def test_work_that_waits_long_for_its_turn_is_leased_anew_and_left_alone_by_who_has_lost_it(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slow mail server makes a batch outlast its lease: nobody else sends its mails meanwhile."""
    monkeypatch.setattr("worker.claims.RENEW_AFTER_SECONDS", 0.0)
    first, second, third = desk.put(NOW), desk.put(NOW), desk.put(NOW)
    sent: list[int] = []

    def mail(_database: Database, one: Claim) -> Delivery:
        sent.append(one.id)
        if one.id == first:
            desk.expire_leases()
            desk.lease(third, by=8)
        return Delivered()

    assert off(database, mail) == 3
    assert sent == [first, second]
    assert (desk.row(second).done_at, desk.row(third).done_at) == (NOW, None)


def test_a_timer_that_fails_stops_nothing_else_and_keeps_its_instant(desk: Desk, database: Database) -> None:
    broken, whole = desk.put(NOW - MINUTE, kind=WorkKind.SESSION_END, rank=8, changes_state=True), desk.put(NOW)
    with structlog.testing.capture_logs() as lines:
        assert off(database, lambda _database, _one: Delivered()) == 2
    row = desk.row(broken)
    assert (row.done_at, row.set_aside_at, row.fires_at) == (None, None, NOW - MINUTE)
    assert row.lease_until is not None
    assert desk.row(whole).done_at == NOW
    assert [line["work"] for line in lines if line["event"] == "work_failed"] == [broken]


def test_what_a_request_caused_names_it_and_so_does_what_that_causes(desk: Desk, database: Database) -> None:
    with database.caused_by("request-0001").unit(1) as unit:
        works = [Work(kind=WorkKind.MAIL, cause_key="one", persons=frozenset({1}), object_id=1, fires_at=NOW)]
        schedule(unit, works)

    def mail(caused: Database, one: Claim) -> Delivery:
        assert (caused.request, one.request_id) == ("request-0001", "request-0001")
        return Delivered()

    assert off(database, mail) == 1
    with database.unit(1) as unit:
        schedule(unit, [replace(works[0], cause_key="two")])
    assert desk.request_ids() == ["request-0001", None]


@pytest.mark.parametrize(
    ("orig", "away"),
    [
        (psycopg.OperationalError("connection refused"), True),
        (psycopg.errors.CannotConnectNow("starting up"), True),
        (psycopg.errors.AdminShutdown("going down"), True),
        (psycopg.errors.LockNotAvailable("somebody holds it"), False),
        (psycopg.errors.QueryCanceled("it took too long"), False),
    ],
    ids=["nobody answers", "starting", "ending", "locked", "slow"],
)
def test_a_database_that_is_away_is_told_from_one_that_refuses(orig: psycopg.Error, *, away: bool) -> None:
    assert is_away(OperationalError("SELECT 1", None, orig)) is away


def test_a_connection_that_was_lost_on_the_way_means_away_and_a_fault_of_ours_does_not() -> None:
    assert is_away(PendingRollbackError("invalid transaction"))
    assert not is_away(RuntimeError("a bug"))
    assert not is_away(IntegrityError("INSERT", None, psycopg.errors.UniqueViolation("twice")))


def test_while_the_database_is_away_work_is_neither_put_off_nor_blamed(desk: Desk, database: Database) -> None:
    first, second = desk.put(NOW), desk.put(NOW)

    def mail(_database: Database, _one: Claim) -> Delivery:
        raise OperationalError("SELECT 1", None, psycopg.OperationalError("connection refused"))

    with structlog.testing.capture_logs() as lines, pytest.raises(Unfinished) as stopped:
        off(database, mail)
    assert [one.id for one in stopped.value.claims] == [first, second]
    assert lines == []
    assert [(desk.row(work).last_error, desk.row(work).fires_at) for work in (first, second)] == [(None, NOW)] * 2
