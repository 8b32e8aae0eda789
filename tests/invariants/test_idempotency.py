"""The same request under the same key has effect once and answers the same; a refusal uses up no key (Inv. 8)."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from commands.outcome import Done, Refused, Stale
from models.unit import Database
from policy.terms import RefusalCode
from tests.support.platform import Platform, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
KEYS = text("SELECT count(*) FROM idempotency_key WHERE key = :key")


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor")
    platform.member("Maya", "Eva")
    platform.member("Leo", "Eva")
    return platform


def keys(owner: Engine, key: str) -> int:
    with owner.connect() as connection:
        return connection.execute(KEYS, {"key": key}).scalar_one()


def test_the_same_command_under_the_same_key_answers_the_same(platform: Platform, owner: Engine) -> None:
    first = platform.book("Maya", "coaching", "Eva", CALL, key="once")
    assert isinstance(first, Done)
    platform.now += timedelta(hours=1)
    assert platform.book("Maya", "coaching", "Eva", CALL, key="once") == first
    assert keys(owner, "once") == 1


def test_the_answer_stays_when_the_object_has_changed_since(platform: Platform) -> None:
    first = platform.book("Maya", "coaching", "Eva", CALL, key="once")
    assert isinstance(first, Done)
    assert isinstance(platform.cancel("Maya", first.object_id), Done)
    assert platform.book("Maya", "coaching", "Eva", CALL, key="once") == first


@pytest.mark.parametrize(
    ("kind", "start"), [("coaching", CALL + timedelta(hours=1)), ("mentor", CALL)], ids=["other start", "other kind"]
)
def test_another_command_under_a_used_key_is_refused(platform: Platform, kind: str, start: datetime) -> None:
    assert isinstance(platform.book("Maya", "coaching", "Eva", CALL, key="once"), Done)
    again = platform.book("Maya", kind, "Eva", start, key="once")
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.IDEMPOTENCY_CONFLICT


def test_another_verb_under_a_used_key_is_refused(platform: Platform) -> None:
    first = platform.book("Maya", "coaching", "Eva", CALL, key="once")
    assert isinstance(first, Done)
    again = platform.cancel("Maya", first.object_id, key="once")
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.IDEMPOTENCY_CONFLICT


def test_keys_are_each_persons_own(platform: Platform, owner: Engine) -> None:
    assert isinstance(platform.book("Maya", "coaching", "Eva", CALL, key="once"), Done)
    assert isinstance(platform.book("Leo", "coaching", "Eva", CALL + timedelta(hours=1), key="once"), Done)
    assert keys(owner, "once") == 2


def test_a_refusal_uses_up_no_key(platform: Platform, owner: Engine) -> None:
    assert isinstance(platform.book("Leo", "coaching", "Eva", CALL), Done)
    taken = platform.book("Maya", "coaching", "Eva", CALL, key="once")
    assert isinstance(taken, Refused)
    assert taken.code is RefusalCode.SLOT_TAKEN
    assert keys(owner, "once") == 0
    assert isinstance(platform.book("Maya", "coaching", "Eva", CALL + timedelta(hours=1), key="once"), Done)


def test_a_stale_version_uses_up_no_key(platform: Platform, owner: Engine) -> None:
    session = platform.booked("Maya", "coaching", "Eva", CALL)
    stale = platform.cancel("Maya", session, key="once", if_version=99)
    assert stale == Stale(object_id=session)
    assert keys(owner, "once") == 0
    assert isinstance(platform.cancel("Maya", session, key="once", if_version=1), Done)


def test_a_key_is_looked_up_before_any_other_check(platform: Platform) -> None:
    """A repeated booking is answered although its own session now holds slot and credit."""
    first = platform.book("Maya", "coaching", "Eva", CALL, key="once")
    platform.at(CALL + timedelta(days=30))
    assert platform.book("Maya", "coaching", "Eva", CALL, key="once") == first
