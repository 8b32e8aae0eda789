"""Nothing is lost, nothing comes twice without a reason, and nothing secret is said, whatever is killed or fails."""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fortnight.database import owner_engine
from fortnight.embedded_postgres import reached
from tests.faults.checks import leaks, look_at_mails, still_open, wrong_bookings, wrong_events
from tests.faults.seen import REQUEST_ID, wait_for_its_trace, wrong_figures, wrong_lines, wrong_traces
from tests.faults.storm import Theatre, faults_of_ours, theatre

CALM_SECONDS = 120.0


@pytest.fixture
def data() -> Iterator[Path]:
    """An empty data folder that the account of PostgreSQL can reach, also when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="fn-storm-") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder).resolve()


@pytest.mark.timeout(300)
def test_forty_bookings_through_kills_and_failures(data: Path) -> None:
    assert weather(data, pairs=4, each=10, kills=1, seed=20270301).startswith("41 bookings")


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_five_hundred_bookings_through_kills_and_failures(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = weather(data, pairs=10, each=50, kills=8, seed=random.randrange(2**32))
    with capsys.disabled():
        sys.stdout.write(f"\n{told}\n")


def weather(data: Path, *, pairs: int, each: int, kills: int, seed: int) -> str:
    """The storm has passed, everything was done, and all that must be true is; what fell and what came twice, in words."""
    with theatre(data, workers=2, chance=random.Random(seed)) as world:
        world.set_up(pairs, units=each + 1)
        booked = world.storm(each=each, kills=kills)
        assert len(booked) == pairs * each
        _calm_down(world)
        booked.append(world.book_once_more(request_id=REQUEST_ID))
        wait_for_its_trace(world)
        _calm_down(world)
        with reached(data) as server:
            owner = owner_engine(server.url())
        assert wrong_bookings(owner, booked) == []
        assert wrong_events(owner, world) == []
        mails = look_at_mails(owner, world, booked)
        assert mails.wrong == []
        assert wrong_lines(world) == []
        assert wrong_traces(world) == []
        assert wrong_figures(world) == []
        assert leaks(owner, world) == []
        assert faults_of_ours(world.stack) == []
        owner.dispose()
    fallen = ", ".join(
        f"{sum(one.what == what for one in world.stack.kills)} {what}" for what in ("api", "worker", "database")
    )
    return (
        f"{len(booked)} bookings, seed {seed}; kills: {fallen}; {sum(one.unanswered for one in world.callers)} calls repeated; "
        f"{mails.messages} messages, sent again: {mails.after_a_kill} after a kill, {mails.after_a_lost_answer} after a lost answer"
    )


def _calm_down(world: Theatre) -> None:
    """What waits for its next turn is asked for, as an operator does when the mail server is back, until nothing is left."""
    deadline = time.monotonic() + CALM_SECONDS
    while True:
        with reached(world.stack.data) as server:
            owner = owner_engine(server.url())
        left = still_open(owner)
        owner.dispose()
        if not left:
            return
        assert time.monotonic() < deadline, f"{left} are left; {world.stack.log.read_text()[-3000:]}"
        world.repeat()
        time.sleep(0.5)
