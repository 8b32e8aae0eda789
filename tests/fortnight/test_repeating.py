"""What was set aside has its turn again when an operator asks for it, and so has, where wanted, what waits after it failed."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine

from fortnight import cli
from models.unit import Database
from policy.terms import WorkKind
from tests.conftest import SECRET
from tests.support.postgres import Cluster
from tests.worker.test_claims import NOW, Desk, claimed
from worker.claims import claim, retry, set_aside

HOUR = timedelta(hours=1)
Repeat = Callable[..., tuple[int, str]]


@pytest.fixture
def desk(owner: Engine) -> Desk:
    desk = Desk(owner)
    desk.organisation(1, clock=NOW)
    desk.organisation(2, clock=NOW)
    return desk


@pytest.fixture
def repeat(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], cluster: Cluster, database_name: str):
    url = cluster.url(database_name).render_as_string(hide_password=False)
    monkeypatch.setenv("FORTNIGHT_DATABASE_URL", url)
    monkeypatch.setenv("FORTNIGHT_SECRET", SECRET.decode())

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["fortnight", "work", "repeat", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def fail(database: Database, *, for_good: bool, organisation: int = 1) -> None:
    """Everything that is due fails, once or for good."""
    for one in claim(database, batch=20, organisation_id=organisation):
        with database.unit(organisation) as unit:
            assert set_aside(unit, one, error="smtp550") if for_good else retry(unit, one, after=HOUR, error="smtp451")


def test_what_was_set_aside_is_due_again_as_if_it_had_never_been_tried(
    desk: Desk, database: Database, repeat: Repeat
) -> None:
    mail, timer = desk.put(NOW - HOUR), desk.put(NOW - HOUR, kind=WorkKind.REMINDER, rank=10)
    fail(database, for_good=True)
    assert claimed(database) == []
    assert repeat() == (0, "2 works have their turn now\n")
    rows = [desk.row(work) for work in (mail, timer)]
    assert [(row.set_aside_at, row.last_error, row.attempts, row.fires_at) for row in rows] == [
        (None, None, 0, NOW)
    ] * 2
    assert [row.effective_at for row in rows] == [NOW, NOW - HOUR], "a reminder goes on telling of its own instant"
    assert sorted(claimed(database)) == sorted([mail, timer])
    assert repeat() == (0, "0 works have their turn now\n")


def test_what_waits_after_it_failed_is_repeated_only_where_that_is_asked_for(
    desk: Desk, database: Database, repeat: Repeat
) -> None:
    failed, later = desk.put(NOW), desk.put(NOW + HOUR)
    fail(database, for_good=False)
    assert repeat() == (0, "0 works have their turn now\n")
    assert repeat("--waiting") == (0, "1 works have their turn now\n")
    assert claimed(database) == [failed]
    assert desk.row(later).fires_at == NOW + HOUR


def test_one_kind_or_one_organisation_can_be_repeated_alone(desk: Desk, database: Database, repeat: Repeat) -> None:
    mail, push = desk.put(NOW), desk.put(NOW, kind=WorkKind.GOOGLE_PUSH)
    there = desk.put(NOW, organisation=2)
    fail(database, for_good=True)
    fail(database, for_good=True, organisation=2)
    assert repeat("--kind", "MAIL", "--organisation", "1") == (0, "1 works have their turn now\n")
    assert claimed(database) == [mail]
    assert repeat("--organisation", "2") == (0, "1 works have their turn now\n")
    assert claimed(database) == [there]
    assert desk.row(push).set_aside_at == NOW


def test_a_kind_or_an_organisation_that_is_none_is_told_in_one_line(repeat: Repeat) -> None:
    code, said = repeat("--organisation", "9")
    assert (code, said) == (1, "fortnight: there is no organisation 9\n")
    code, said = repeat("--kind", "PIGEON")
    assert code == 2
    assert "one of PROPOSAL_EXPIRY" in said


def test_what_is_held_by_a_worker_is_left_alone(desk: Desk, database: Database, repeat: Repeat) -> None:
    desk.put(datetime(2027, 1, 1, tzinfo=UTC))
    [one] = claim(database, batch=1, worker=5)
    assert repeat("--waiting") == (0, "0 works have their turn now\n")
    assert desk.row(one.id).lease_by == 5
