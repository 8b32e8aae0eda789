"""`booking.limits` counts the member's sessions of the kind by their start, in days and weeks of the accounting zone (D-64)."""

from datetime import UTC, datetime, timedelta

from commands.outcome import Done, Refused
from models.unit import Database
from policy.terms import RefusalCode
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
TWO_A_WEEK = 'extends = "thrive"\nbooking.limits = [{count = 2, per = "WEEK"}, {count = 1, per = "DAY"}]'


def limited(database: Database) -> Platform:
    platform = open_platform(database, "thrive", at=NOW)
    platform.publish(TWO_A_WEEK)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    platform.pack("Maya", "session", 8)
    return platform


def code_of(platform: Platform, start: datetime) -> RefusalCode | None:
    outcome = platform.book("Maya", "session", "Eva", start)
    assert isinstance(outcome, Done | Refused)
    return None if isinstance(outcome, Done) else outcome.code


def test_a_full_day_and_a_full_week_take_no_further_booking(database: Database) -> None:
    platform = limited(database)
    assert code_of(platform, CALL) is None
    assert code_of(platform, CALL + HOUR) is RefusalCode.BOOKING_LIMIT
    assert code_of(platform, CALL + timedelta(days=1)) is None
    assert code_of(platform, CALL + timedelta(days=3)) is RefusalCode.BOOKING_LIMIT
    assert code_of(platform, CALL + timedelta(days=4)) is None


def test_a_cancelled_session_counts_no_longer(database: Database) -> None:
    platform = limited(database)
    session = platform.booked("Maya", "session", "Eva", CALL)
    assert code_of(platform, CALL + HOUR) is RefusalCode.BOOKING_LIMIT
    done(platform.cancel("Maya", session))
    assert code_of(platform, CALL + HOUR) is None


def test_a_session_that_was_held_counts_on(database: Database) -> None:
    platform = limited(database)
    platform.booked("Maya", "session", "Eva", CALL)
    platform.at(CALL + 2 * HOUR)
    assert code_of(platform, CALL + 3 * HOUR) is RefusalCode.BOOKING_LIMIT
