"""What is due is fired before anything is answered, in the one order of MODEL 8."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.advance_clock import AdvanceClock, advance_clock
from commands.outcome import Done
from commands.settle import fire_one, settle, settle_organisation
from models.queries.due_work import Timer, anything_due, first_due
from models.unit import Database
from policy.terms import WorkKind
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
END = CALL + timedelta(minutes=45)
TICK = timedelta(microseconds=1)
APRIL = datetime(2027, 3, 31, 23, tzinfo=UTC)
EVENTS = text(
    "SELECT name, effective_at, recorded_at, actor_kind, cause FROM event WHERE actor_kind = 'SYSTEM' AND id > :after ORDER BY id"
)
LAST = text("SELECT max(id) FROM event")


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor")
    platform.member("Maya", "Eva")
    return platform


def pass_time(platform: Platform, to: datetime) -> None:
    """Time passes and no worker runs."""
    command = AdvanceClock(to=to, run_timers=False)
    done(advance_clock(platform.database, platform.request(), command, deliver=lambda _: 0))
    platform.now = to


def settled(platform: Platform, owner: Engine, *names: str) -> list[tuple[Any, ...]]:
    """What settling for these people left in the log."""
    with owner.connect() as connection:
        after = connection.execute(LAST).scalar_one()
    persons = frozenset(platform.people[name] for name in names)
    settle(platform.database, platform.organisation_id, persons, now=platform.now)
    with owner.connect() as connection:
        return [tuple(row) for row in connection.execute(EVENTS, {"after": after})]


def status(platform: Platform, session: int) -> str:
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        statement = text("SELECT status FROM session WHERE id = :session")
        return unit.connection.execute(statement, {"session": session}).scalar_one()


def test_a_deadline_that_is_noticed_late_has_effect_as_of_its_instant(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, CALL + timedelta(days=3))
    assert settled(platform, owner, "Maya") == [
        ("SESSION_ENDED", END, platform.now, "SYSTEM", f"session-end:{session}:{END.isoformat()}")
    ]
    assert status(platform, session) == "AWAITING_OUTCOME"
    assert settled(platform, owner, "Maya", "Eva") == []


def test_an_end_comes_at_its_very_instant_and_not_before(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, END - TICK)
    assert settled(platform, owner, "Maya") == []
    assert status(platform, session) == "SCHEDULED"
    pass_time(platform, END)
    assert [row[0] for row in settled(platform, owner, "Eva")] == ["SESSION_ENDED"]
    assert status(platform, session) == "AWAITING_OUTCOME"


def test_at_one_instant_lots_close_before_the_next_are_granted(platform: Platform, owner: Engine) -> None:
    pass_time(platform, APRIL + timedelta(days=2))
    found = settled(platform, owner, "Maya")
    assert [row[0] for row in found] == ["CREDIT_EXPIRED", "CREDIT_EXPIRED", "CREDIT_GRANTED"]
    assert {row[1] for row in found} == {APRIL}


def test_a_lot_closes_before_a_session_that_ends_with_the_month(platform: Platform, owner: Engine) -> None:
    """By due instant, then by kind: lot closes, lot granted, session end (MODEL 8)."""
    session = platform.booked("Maya", "coaching", "Eva", APRIL - timedelta(minutes=45))
    pass_time(platform, APRIL)
    names = [row[0] for row in settled(platform, owner, "Maya")]
    assert names == ["CREDIT_EXPIRED", "CREDIT_GRANTED", "SESSION_ENDED"]
    assert status(platform, session) == "AWAITING_OUTCOME"


def test_what_is_due_earlier_for_somebody_concerned_comes_first(platform: Platform, owner: Engine) -> None:
    """Leo shares a coach with Maya: an earlier end of his stands before a later one of hers."""
    platform.member("Leo", "Eva")
    his = platform.booked("Leo", "coaching", "Eva", CALL)
    hers = platform.booked("Maya", "coaching", "Eva", CALL + timedelta(hours=1))
    pass_time(platform, CALL + timedelta(days=1))
    found = settled(platform, owner, "Maya")
    assert [row[4].split(":")[1] for row in found] == [str(his), str(hers)]


def test_nobody_elses_deadline_is_touched(platform: Platform, owner: Engine) -> None:
    platform.coach("Dan", "coaching")
    platform.member("Leo", "Dan")
    other = platform.booked("Leo", "coaching", "Dan", CALL)
    platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, CALL + timedelta(days=1))
    assert len(settled(platform, owner, "Maya", "Eva")) == 1
    assert status(platform, other) == "SCHEDULED"


def test_a_command_is_decided_after_what_is_due_at_its_instant(platform: Platform, owner: Engine) -> None:
    """At the first instant of April March's credit has expired, and May is granted, before the booking is looked at."""
    pass_time(platform, APRIL)
    outcome = platform.book("Maya", "coaching", "Eva", datetime(2027, 5, 3, 9, tzinfo=UTC))
    consequence = done(outcome).consequence
    assert consequence is not None
    assert [change.lot.opens_at for change in consequence.credits if change.lot is not None] == [
        datetime(2027, 4, 30, 23, tzinfo=UTC)
    ]


def test_what_was_settled_stands_even_if_the_command_is_refused(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, END)
    assert not isinstance(platform.cancel("Maya", session), Done)
    assert status(platform, session) == "AWAITING_OUTCOME"


def test_strict_work_belongs_to_the_answer_at_its_own_instant(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    with owner.begin() as connection:
        connection.execute(text("UPDATE due_work SET strict = true WHERE kind = 'SESSION_END'"))
    pass_time(platform, END)
    assert settled(platform, owner, "Maya") == []
    pass_time(platform, END + TICK)
    assert [(row[0], row[1]) for row in settled(platform, owner, "Maya")] == [("SESSION_ENDED", END)]
    assert status(platform, session) == "AWAITING_OUTCOME"


def test_at_one_instant_strict_work_comes_after_the_other(platform: Platform, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.execute(text("UPDATE due_work SET strict = true WHERE kind = 'LOT_CLOSE'"))
    pass_time(platform, APRIL + TICK)
    assert [row[0] for row in settled(platform, owner, "Maya")] == [
        "CREDIT_GRANTED", "CREDIT_EXPIRED", "CREDIT_EXPIRED",
    ]  # fmt: skip


def test_a_timer_fires_once_even_if_two_hold_it(platform: Platform, owner: Engine) -> None:
    platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, END)
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        timer = first_due(unit, frozenset({platform.people["Maya"]}), now=END)
    assert isinstance(timer, Timer)
    assert timer.kind is WorkKind.SESSION_END
    assert fire_one(platform.database, platform.organisation_id, timer, now=END)
    assert not fire_one(platform.database, platform.organisation_id, timer, now=END)
    with owner.connect() as connection:
        count = text("SELECT count(*) FROM event WHERE name = 'SESSION_ENDED'")
        assert connection.execute(count).scalar_one() == 1


def test_whether_anything_is_due_is_known_without_firing_it(platform: Platform) -> None:
    platform.booked("Maya", "coaching", "Eva", CALL)
    maya = frozenset({platform.people["Maya"]})
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        assert not anything_due(unit, maya, now=END - TICK)
        assert anything_due(unit, maya, now=END)
        assert not anything_due(unit, frozenset({platform.people["Sam"]}), now=END)


def test_an_end_that_was_moved_away_ends_nothing(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    done(platform.reschedule("Maya", session, CALL + timedelta(days=2)))
    pass_time(platform, CALL + timedelta(days=1))
    assert settled(platform, owner, "Maya") == []
    assert status(platform, session) == "SCHEDULED"
    pass_time(platform, CALL + timedelta(days=3))
    assert [row[1] for row in settled(platform, owner, "Maya")] == [END + timedelta(days=2)]


def test_a_session_that_was_moved_back_still_ends(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    done(platform.reschedule("Maya", session, CALL + timedelta(hours=2)))
    done(platform.reschedule("Maya", session, CALL))
    pass_time(platform, END)
    assert [row[1] for row in settled(platform, owner, "Maya")] == [END]
    assert status(platform, session) == "AWAITING_OUTCOME"


def test_a_cancelled_session_does_not_end(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    done(platform.cancel("Maya", session))
    pass_time(platform, END)
    assert settled(platform, owner, "Maya") == []
    assert status(platform, session) == "CANCELLED"


def test_everything_of_the_organisation_can_be_settled_at_once(platform: Platform, owner: Engine) -> None:
    platform.booked("Maya", "coaching", "Eva", CALL)
    pass_time(platform, APRIL)
    assert (
        settle_organisation(platform.database, platform.organisation_id, now=platform.now) == 5
    )  # the end, the completion, two lots, the next grant
    assert settle_organisation(platform.database, platform.organisation_id, now=platform.now) == 0
