"""The credit ledger, as far as booking, cancelling and time move it (MODEL 6)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from commands.outcome import Refused
from models.unit import Database
from policy.terms import RefusalCode
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
APRIL = datetime(2027, 3, 31, 23, tzinfo=UTC)
BALANCES = text("""
SELECT lot.source, lot.opens_at, account, sum(units) AS units FROM (
    SELECT to_lot_id AS lot, to_account AS account, units FROM ledger_entry WHERE to_lot_id IS NOT NULL
    UNION ALL SELECT from_lot_id, from_account, -units FROM ledger_entry WHERE from_lot_id IS NOT NULL
) AS moves JOIN credit_lot AS lot ON lot.id = moves.lot
GROUP BY lot.id, lot.source, lot.opens_at, account HAVING sum(units) <> 0 ORDER BY lot.opens_at, lot.id, account
""")


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "aceup", at=NOW)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    return platform


def march(owner: Engine) -> dict[str, int]:
    """The accounts of March's lot that are not empty."""
    with owner.connect() as connection:
        rows = connection.execute(BALANCES).all()
    return {
        row.account: row.units
        for row in rows
        if row.source == "PERIOD" and row.opens_at.month == 3 and row.opens_at.day == 1
    }


def returned(owner: Engine) -> dict[datetime, dict[str, int]]:
    """The accounts of return lots by the instant they were opened."""
    found: dict[datetime, dict[str, int]] = {}
    with owner.connect() as connection:
        for row in connection.execute(BALANCES):
            if row.source == "RETURN":
                found.setdefault(row.opens_at, {})[row.account] = row.units
    return found


def test_what_is_available_expires_and_what_is_held_stays(platform: Platform, owner: Engine) -> None:
    platform.booked("Maya", "session", "Eva", CALL)
    assert march(owner) == {"AVAILABLE": 1, "HELD": 1}
    platform.at(APRIL)
    assert march(owner) == {"EXPIRED": 1, "HELD": 1}


def test_a_unit_that_is_released_after_its_lot_has_closed_is_lost_or_returned_by_who_cancelled(
    platform: Platform, owner: Engine
) -> None:
    """The first day of April lies in April for the lot, but the session of that day may be paid by a return lot."""
    session = platform.booked("Maya", "session", "Eva", CALL)
    platform.at(CALL - timedelta(hours=1))
    done(platform.cancel("Eva", session))
    at = CALL - timedelta(hours=1)
    assert march(owner) == {"AVAILABLE": 1}
    assert returned(owner) == {at: {"AVAILABLE": 1}}
    platform.at(at + timedelta(days=30))
    assert returned(owner) == {at: {"EXPIRED": 1}}


def test_a_lot_that_is_open_long_enough_takes_its_unit_back(platform: Platform, owner: Engine) -> None:
    """Cancelled by the coach on 1 March: March lasts 30 days and 14 hours more, so nothing is carried."""
    session = platform.booked("Maya", "session", "Eva", CALL)
    done(platform.cancel("Eva", session))
    assert returned(owner) == {}
    assert march(owner) == {"AVAILABLE": 2}


def test_a_lot_that_closes_exactly_thirty_days_later_takes_its_unit_back(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "session", "Eva", CALL)
    platform.at(APRIL - timedelta(days=30))
    done(platform.cancel("Eva", session))
    assert returned(owner) == {}


def test_a_lot_that_closes_a_moment_earlier_does_not(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "session", "Eva", CALL)
    at = APRIL - timedelta(days=30) + timedelta(microseconds=1)
    platform.at(at)
    done(platform.cancel("Eva", session))
    assert returned(owner) == {at: {"AVAILABLE": 1}}


def test_a_returned_unit_pays_beyond_its_month_and_is_returned_again(platform: Platform, owner: Engine) -> None:
    first = platform.booked("Maya", "session", "Eva", CALL)
    one = CALL - timedelta(hours=1)
    platform.at(one)
    done(platform.cancel("Eva", first))
    second = platform.booked("Maya", "session", "Eva", datetime(2027, 4, 10, 15, tzinfo=UTC))
    assert returned(owner) == {one: {"HELD": 1}}
    two = datetime(2027, 4, 9, 15, tzinfo=UTC)
    platform.at(two)
    done(platform.cancel("Eva", second))
    assert returned(owner) == {two: {"AVAILABLE": 1}}


def test_what_the_member_cancels_in_time_stays_in_its_lot_and_expires_with_it(
    platform: Platform, owner: Engine
) -> None:
    session = platform.booked("Maya", "session", "Eva", datetime(2027, 3, 31, 20, tzinfo=UTC))
    platform.at(datetime(2027, 3, 30, 20, tzinfo=UTC))
    done(platform.cancel("Maya", session))
    assert returned(owner) == {}
    platform.at(APRIL)
    assert march(owner) == {"EXPIRED": 2}


def test_the_lot_that_closes_first_pays(database: Database, owner: Engine) -> None:
    platform = open_platform(database, "thrive", at=NOW)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    platform.pack("Maya", "session", 1)
    platform.pack("Maya", "session", 1, closes_at=datetime(2027, 6, 1, tzinfo=UTC))
    platform.pack("Maya", "session", 1, closes_at=datetime(2027, 5, 1, tzinfo=UTC))
    closes: list[datetime | None] = []
    for number in range(3):
        consequence = done(platform.book("Maya", "session", "Eva", CALL + timedelta(days=number))).consequence
        assert consequence is not None
        closes += [change.lot.closes_at for change in consequence.credits if change.lot is not None]
    assert closes == [datetime(2027, 5, 1, tzinfo=UTC), datetime(2027, 6, 1, tzinfo=UTC), None]


def test_a_pack_pays_no_session_that_starts_at_its_end(database: Database) -> None:
    platform = open_platform(database, "thrive", at=NOW)
    platform.coach("Eva", "session")
    platform.member("Maya", "Eva")
    platform.pack("Maya", "session", 2, closes_at=CALL)
    refusal = platform.book("Maya", "session", "Eva", CALL)
    assert isinstance(refusal, Refused)
    assert refusal.code is RefusalCode.NO_CREDIT
    done(platform.book("Maya", "session", "Eva", CALL - timedelta(minutes=15)))


def test_sums_over_all_accounts_equal_what_was_granted(platform: Platform, owner: Engine) -> None:
    """Inv. 3: nothing is made or lost between accounts."""
    sessions = [platform.booked("Maya", "session", "Eva", CALL + timedelta(days=number)) for number in range(2)]
    platform.at(CALL - timedelta(hours=1))
    shown = platform.can_cancel("Maya", sessions[0]).consequence
    assert shown is not None
    done(platform.cancel("Maya", sessions[0], acknowledge=shown.digest))
    done(platform.cancel("Eva", sessions[1]))
    platform.at(datetime(2027, 8, 1, tzinfo=UTC))
    with owner.connect() as connection:
        granted = connection.execute(text("SELECT sum(units) FROM ledger_entry WHERE kind = 'GRANT'")).scalar_one()
        there = sum(row.units for row in connection.execute(BALANCES))
        assert {row.units >= 0 for row in connection.execute(BALANCES)} == {True}
    assert there == granted
