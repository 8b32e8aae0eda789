"""Several bookings that compete for one credit: joining, moving, cancelling, other coaches, and who may choose (MODEL 5.5)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.change import Override, check_sessions
from commands.keep_session import KeepSession, deciding, keep_session
from commands.outcome import ActionCheck, Done, Outcome, Refused
from models.unit import Database
from policy.terms import RefusalCode
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR, DAY, SECOND = timedelta(hours=1), timedelta(days=1), timedelta(seconds=1)


def march(day: int, hour: int = 10) -> datetime:
    return datetime(2027, 3, day, hour, tzinfo=UTC)


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching")
    platform.coach("Cora", "coaching")
    platform.member("Maya", "Eva", "Cora")
    return platform


def choose(platform: Platform, who: str, session: int, **more: Any) -> Outcome:
    return keep_session(platform.database, platform.request(who), KeepSession(session_id=session, **more))


def twin(platform: Platform, who: str, session: int, **more: Any) -> ActionCheck:
    command = KeepSession(session_id=session, **more)
    actor = platform.actor(who)
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        decide = deciding(command, now=platform.now)
        return check_sessions(unit, actor, [session], decide, now=platform.now)[session]


def state(owner: Engine) -> dict[int, tuple[str, bool]]:
    """Status and whether it is provisional, by session."""
    with owner.connect() as connection:
        rows = connection.execute(text("SELECT id, status, provisional FROM session ORDER BY id")).all()
    return {row.id: (row.status, row.provisional) for row in rows}


def holder(owner: Engine) -> list[int]:
    """Which sessions hold a unit."""
    statement = """
        SELECT session_id FROM ledger_entry WHERE session_id IS NOT NULL GROUP BY session_id
        HAVING sum(units * ((to_account IS NOT DISTINCT FROM 'HELD')::int - (from_account IS NOT DISTINCT FROM 'HELD')::int)) = 1
    """
    with owner.connect() as connection:
        return sorted(connection.execute(text(statement)).scalars())


def question(owner: Engine) -> tuple[str, datetime, int | None]:
    with owner.connect() as connection:
        row = connection.execute(text("SELECT status, due_at, kept_id FROM duplicate_case")).one()
    return row.status, row.due_at.astimezone(UTC), row.kept_id


def told(owner: Engine, code: str) -> list[int]:
    """The sessions about which a message of this code was sent to anybody."""
    statement = "SELECT session_id FROM notification WHERE code = :code ORDER BY id"
    with owner.connect() as connection:
        return list(connection.execute(text(statement), {"code": code}).scalars())


def three(platform: Platform) -> tuple[int, int, int]:
    """On 25 March with Eva, which holds the credit, on the 22nd with Cora, and on the 19th with Eva."""
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Cora", march(22))
    platform.at(NOW + HOUR)
    return first, second, platform.booked("Maya", "coaching", "Eva", march(19))


def test_a_further_booking_joins_the_question_and_leaves_its_deadline(platform: Platform, owner: Engine) -> None:
    first, second, third = three(platform)
    assert state(owner) == {first: ("SCHEDULED", False), second: ("SCHEDULED", True), third: ("SCHEDULED", True)}
    assert question(owner) == ("OPEN", NOW + DAY, None)
    assert holder(owner) == [first]


def test_a_further_booking_can_only_make_the_deadline_earlier(platform: Platform, owner: Engine) -> None:
    platform.booked("Maya", "coaching", "Eva", march(25))
    platform.booked("Maya", "coaching", "Cora", march(22))
    platform.booked("Maya", "coaching", "Eva", march(3, 21))
    assert question(owner)[1] == march(1, 21)


def test_a_session_that_is_moved_makes_it_earlier_and_never_later(platform: Platform, owner: Engine) -> None:
    first, second, third = three(platform)
    done(platform.reschedule("Maya", third, march(3, 21)))
    assert question(owner)[1] == march(1, 21)
    done(platform.reschedule("Maya", third, march(20)))
    assert question(owner)[1] == march(1, 21)
    platform.at(march(1, 21) + SECOND)
    assert holder(owner) == [third]
    assert state(owner) == {first: ("CANCELLED", False), second: ("CANCELLED", False), third: ("SCHEDULED", False)}
    assert question(owner)[2] == third


def test_a_move_within_the_last_48_hours_leaves_time_until_now(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Cora", march(22))
    done(platform.reschedule("Cora", second, NOW + 10 * HOUR))
    assert question(owner)[1] == NOW
    platform.at(NOW + SECOND)
    assert state(owner) == {first: ("CANCELLED", False), second: ("SCHEDULED", False)}


def test_the_three_coaches_and_the_member_are_told_of_each_that_is_cancelled(platform: Platform, owner: Engine) -> None:
    first, second, third = three(platform)
    done(choose(platform, "Maya", second))
    assert state(owner) == {first: ("CANCELLED", False), second: ("SCHEDULED", False), third: ("CANCELLED", False)}
    assert sorted(told(owner, "DUPLICATE_CANCELLED")) == [first, first, third, third]
    assert holder(owner) == [second]
    assert question(owner) == ("RESOLVED", NOW + DAY, second)


@pytest.mark.parametrize("who", ["Maya", "Eva", "Sam"])
def test_when_the_holder_is_cancelled_by_whomever_its_unit_passes_to_the_earliest(
    platform: Platform, owner: Engine, who: str
) -> None:
    first, second, third = three(platform)
    check = platform.can_cancel(who, first, note="Illness.")
    assert check.consequence is not None
    assert [one.kind for one in check.consequence.credits] == ["RELEASE", "HOLD"]
    assert not check.consequence.costly
    done(platform.cancel(who, first, note="Illness."))
    assert holder(owner) == [third]
    assert state(owner) == {first: ("CANCELLED", False), second: ("SCHEDULED", True), third: ("SCHEDULED", False)}
    assert question(owner)[0] == "OPEN"
    assert told(owner, "CREDIT_RETURNED") == []


def test_even_an_override_takes_nothing_while_it_is_asked(platform: Platform, owner: Engine) -> None:
    first, _, third = three(platform)
    late = Override(reason="CLIENT_CANCELLED_LATE")
    done(platform.cancel("Sam", first, on_behalf_of_member=True, override=late, note="Wished."))
    assert holder(owner) == [third]


def test_when_only_one_is_left_it_is_kept_and_the_member_is_told(platform: Platform, owner: Engine) -> None:
    first, second, third = three(platform)
    done(platform.cancel("Maya", second))
    assert question(owner)[0] == "OPEN"
    done(platform.cancel("Maya", first))
    assert state(owner)[third] == ("SCHEDULED", False)
    assert question(owner) == ("RESOLVED", NOW + DAY, third)
    assert holder(owner) == [third]
    with owner.connect() as connection:
        statement = text(
            "SELECT count(*) FROM notification WHERE code = 'BOOKED' AND session_id = :id AND recipient_id = :maya"
        )
        values = {"id": third, "maya": platform.people["Maya"]}
        assert connection.execute(statement, values).scalar_one() == 1


def test_when_the_holder_alone_is_left_nothing_of_it_changes(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Cora", march(22))
    done(platform.cancel("Cora", second))
    assert question(owner) == ("RESOLVED", NOW + DAY, first)
    assert holder(owner) == [first]
    platform.at(NOW + 2 * DAY)
    assert state(owner)[first] == ("SCHEDULED", False)


def test_a_booking_that_the_coach_moves_to_another_month_leaves_the_question(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Cora", march(22))
    done(platform.reschedule("Cora", second, datetime(2027, 4, 6, 9, tzinfo=UTC)))
    assert state(owner) == {first: ("SCHEDULED", False), second: ("SCHEDULED", False)}
    assert holder(owner) == [first, second]
    assert question(owner) == ("RESOLVED", NOW + DAY, first)


def test_the_holder_that_leaves_the_month_leaves_its_credit_behind(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Cora", march(22))
    done(platform.reschedule("Eva", first, datetime(2027, 4, 6, 9, tzinfo=UTC)))
    assert state(owner) == {first: ("SCHEDULED", False), second: ("SCHEDULED", False)}
    assert holder(owner) == [first, second]
    assert question(owner)[2] == second


def test_an_earlier_booking_with_another_coach_shortly_before_takes_the_place_of_all(
    platform: Platform, owner: Engine
) -> None:
    first, second, third = three(platform)
    fourth = platform.booked("Maya", "coaching", "Cora", platform.now + 10 * HOUR)
    assert [key for key, found in state(owner).items() if found == ("SCHEDULED", False)] == [fourth]
    assert holder(owner) == [fourth]
    assert question(owner)[0] == "RESOLVED"
    assert question(owner)[2] == fourth
    assert sorted(set(told(owner, "DUPLICATE_CANCELLED"))) == [first, second, third]


def test_with_first_booked_the_older_booking_is_kept(database: Database, owner: Engine) -> None:
    platform = open_platform(database, "mastered", at=NOW)
    platform.publish('extends = "mastered"\nbooking.duplicate_keep = "FIRST_BOOKED"')
    platform.coach("Eva", "coaching")
    platform.member("Maya", "Eva")
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    second = platform.booked("Maya", "coaching", "Eva", march(22))
    platform.at(NOW + DAY + SECOND)
    assert state(owner) == {first: ("SCHEDULED", False), second: ("CANCELLED", False)}
    platform.at(march(23, 10) + SECOND)
    early = platform.book("Maya", "coaching", "Eva", march(24))
    assert isinstance(early, Refused)
    assert early.code is RefusalCode.DUPLICATE_BOOKING


def test_once_the_credit_was_lost_a_further_booking_opens_no_question(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(2))
    shown = platform.can_cancel("Maya", first).consequence
    assert shown is not None
    done(platform.cancel("Maya", first, acknowledge=shown.digest))
    again = platform.book("Maya", "coaching", "Eva", march(22))
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.NO_CREDIT


@pytest.mark.parametrize(
    ("who", "note", "code"),
    [
        ("Eva", None, RefusalCode.FORBIDDEN),
        ("Cora", None, RefusalCode.NOT_FOUND),
        ("Sam", None, RefusalCode.REASON_REQUIRED),
        ("Sam", "Asked for by telephone.", None),
        ("Maya", None, None),
    ],
)
def test_the_member_chooses_and_staff_do_with_a_reason(
    platform: Platform, owner: Engine, who: str, note: str | None, code: RefusalCode | None
) -> None:
    first, _, _ = three(platform)
    assert twin(platform, who, first, note=note).code is code
    before = state(owner)
    outcome = choose(platform, who, first, note=note)
    if code is None:
        assert isinstance(outcome, Done)
    else:
        assert isinstance(outcome, Refused)
        assert outcome.code is code
        assert state(owner) == before


def test_what_is_not_asked_is_not_answered(platform: Platform) -> None:
    first = platform.booked("Maya", "coaching", "Eva", march(25))
    outcome = choose(platform, "Maya", first)
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.NOT_PENDING


def test_after_the_deadline_the_answer_comes_too_late(platform: Platform, owner: Engine) -> None:
    first, _, third = three(platform)
    platform.at(NOW + DAY + SECOND, run_timers=False)
    outcome = choose(platform, "Maya", first)
    assert isinstance(outcome, Refused)
    assert outcome.code is RefusalCode.DEADLINE_PASSED
    assert holder(owner) == [third]
