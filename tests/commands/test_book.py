"""bookSession: who may, what stands in the way, and that a refusal leaves no trace (M1, M2, MODEL 10, 14)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from commands.add_time_off import AddTimeOff, add_time_off
from commands.book import book, check_book
from commands.outcome import Done, Outcome, Refused
from models.unit import Database
from policy.terms import RefusalCode, Role
from tests.scenarios.records import Difference, read_records
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor")
    platform.coach("Mona", "engagement_manager")
    platform.member("Maya", "Eva")
    platform.member("Leo", "Eva")
    return platform


def code_of(outcome: Outcome) -> RefusalCode:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def refused_without_trace(platform: Platform, owner: Engine, who: str, **wish: Any) -> RefusalCode:
    """The code of a refusal; the twin says the same, and not a row is different."""
    fields: dict[str, Any] = {"member": "Maya", "kind": "coaching", "coach": "Eva", "start": CALL, **wish}
    command = platform.booking(fields["member"], fields["kind"], fields["coach"], fields["start"])
    command = replace(command, note=fields.get("note"))
    actor = platform.actor(who)
    with platform.database.unit(platform.organisation_id, read_only=True) as unit:
        check = check_book(unit, actor, command, now=platform.now)
    before = read_records(owner, platform.organisation_id)
    code = code_of(book(platform.database, platform.request(who), command))
    assert Difference(before, read_records(owner, platform.organisation_id)).touched == set()
    assert (check.allowed, check.code, check.consequence) == (False, code, None)
    return code


@pytest.mark.parametrize(
    ("start", "why"),
    [
        (NOW - timedelta(hours=1), "in the past"),
        (NOW, "now"),
        (CALL + MINUTE, "off the grid"),
        (CALL + timedelta(seconds=1), "between minutes"),
        (datetime(2027, 4, 30, 23, tzinfo=UTC), "the first instant beyond the next period"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_start_that_is_not_offered_is_unavailable(
    platform: Platform, owner: Engine, start: datetime, why: str
) -> None:
    assert refused_without_trace(platform, owner, "Maya", start=start) is RefusalCode.SLOT_UNAVAILABLE, why


def test_the_last_start_of_the_next_period_can_be_booked(platform: Platform) -> None:
    assert isinstance(platform.book("Maya", "coaching", "Eva", datetime(2027, 4, 30, 22, 45, tzinfo=UTC)), Done)


def test_a_coach_who_is_away_is_unavailable(platform: Platform, owner: Engine) -> None:
    away = AddTimeOff(
        coach_id=platform.people["Eva"], starts_at=CALL + timedelta(minutes=30), ends_at=CALL + timedelta(hours=2)
    )
    done(add_time_off(platform.database, platform.request(), away))
    assert refused_without_trace(platform, owner, "Maya") is RefusalCode.SLOT_UNAVAILABLE
    assert isinstance(platform.book("Maya", "coaching", "Eva", CALL - timedelta(minutes=15)), Done)


def test_a_start_that_somebody_holds_is_taken_and_others_are_named(platform: Platform, owner: Engine) -> None:
    platform.booked("Leo", "coaching", "Eva", CALL)
    assert refused_without_trace(platform, owner, "Maya", start=CALL + timedelta(minutes=30)) is RefusalCode.SLOT_TAKEN
    refusal = platform.book("Maya", "coaching", "Eva", CALL + timedelta(minutes=30))
    assert isinstance(refusal, Refused)
    assert refusal.alternatives
    for start in refusal.alternatives:
        command = platform.booking("Maya", "coaching", "Eva", start)
        with platform.database.unit(platform.organisation_id, read_only=True) as unit:
            assert check_book(unit, platform.actor("Maya"), command, now=platform.now).allowed


def test_sessions_may_follow_each_other_without_a_gap(platform: Platform) -> None:
    """Intervals are half-open (D-51)."""
    platform.booked("Leo", "coaching", "Eva", CALL)
    assert isinstance(platform.book("Maya", "coaching", "Eva", CALL + timedelta(minutes=45)), Done)


def test_a_member_is_in_one_place_at_a_time(platform: Platform, owner: Engine) -> None:
    platform.coach("Cora", "mentor")
    platform.member("Nora", "Eva", "Cora")
    platform.booked("Nora", "coaching", "Eva", CALL)
    code = refused_without_trace(
        platform, owner, "Nora", member="Nora", kind="mentor", coach="Cora", start=CALL + timedelta(minutes=30)
    )
    assert code is RefusalCode.SLOT_TAKEN


def test_a_second_call_of_a_kind_in_a_month_is_a_duplicate_once_nobody_is_asked(
    platform: Platform, owner: Engine
) -> None:
    platform.booked("Maya", "coaching", "Eva", CALL)
    later = CALL + timedelta(days=7)
    platform.at(CALL - timedelta(hours=40))
    assert refused_without_trace(platform, owner, "Maya", start=later) is RefusalCode.DUPLICATE_BOOKING
    assert isinstance(platform.book("Maya", "mentor", "Eva", later), Done)


def test_april_can_be_booked_in_march_beside_march(platform: Platform) -> None:
    platform.booked("Maya", "coaching", "Eva", CALL)
    assert isinstance(platform.book("Maya", "coaching", "Eva", datetime(2027, 4, 6, 9, tzinfo=UTC)), Done)


@pytest.mark.parametrize(("who", "code"), [("Leo", RefusalCode.NOT_FOUND), ("Eva", RefusalCode.FORBIDDEN)])
def test_nobody_books_for_a_member_but_the_member_and_staff(
    platform: Platform, owner: Engine, who: str, code: RefusalCode
) -> None:
    assert refused_without_trace(platform, owner, who) is code


def test_staff_book_for_a_member_with_a_reason(platform: Platform, owner: Engine) -> None:
    assert refused_without_trace(platform, owner, "Sam") is RefusalCode.REASON_REQUIRED
    assert refused_without_trace(platform, owner, "Sam", note="  ") is RefusalCode.REASON_REQUIRED
    command = replace(platform.booking("Maya", "coaching", "Eva", CALL), note="Asked for by telephone.")
    assert isinstance(book(platform.database, platform.request("Sam"), command), Done)


def test_a_coach_with_whom_there_is_no_engagement_does_not_exist(platform: Platform, owner: Engine) -> None:
    platform.coach("Cora", "coaching")
    assert refused_without_trace(platform, owner, "Maya", coach="Cora") is RefusalCode.NOT_FOUND


def test_a_kind_that_the_coach_does_not_offer_does_not_exist(platform: Platform, owner: Engine) -> None:
    code = refused_without_trace(platform, owner, "Maya", kind="engagement_manager")
    assert code is RefusalCode.NOT_FOUND


def test_somebody_who_is_no_member_books_nothing(platform: Platform, owner: Engine) -> None:
    platform.person("Nora", Role.COACH)
    assert refused_without_trace(platform, owner, "Nora", member="Nora") is RefusalCode.NOT_FOUND


def test_ids_of_another_organisation_do_not_exist(platform: Platform, owner: Engine) -> None:
    other = open_platform(platform.database, "mastered", at=NOW)
    other.coach("Dan", "coaching")
    platform.people["Dan"] = other.people["Dan"]
    assert refused_without_trace(platform, owner, "Maya", coach="Dan") is RefusalCode.NOT_FOUND
    platform.kinds["foreign"] = other.kinds["coaching"]
    assert refused_without_trace(platform, owner, "Maya", kind="foreign") is RefusalCode.NOT_FOUND


def test_the_fee_is_that_of_the_booking(platform: Platform, owner: Engine) -> None:
    """A coach who becomes dearer is paid for a late change what the call was booked at."""
    from commands.add_coach import AddCoach, add_coach

    session = platform.booked("Maya", "coaching", "Eva", CALL)
    dearer = AddCoach(
        person_id=platform.people["Eva"],
        fee_minor_units=99900,
        fee_currency="EUR",
        hours_zone="Europe/London",
        kinds=(platform.kinds["coaching"], platform.kinds["mentor"]),
    )
    done(add_coach(platform.database, platform.request(), dearer))
    platform.at(CALL - timedelta(hours=1))
    shown = platform.can_cancel("Maya", session).consequence
    assert shown is not None
    assert shown.earning is not None
    assert shown.earning.minor_units == 10000
