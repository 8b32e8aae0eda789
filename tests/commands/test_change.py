"""Cancelling, moving and confirming, where the scenarios do not reach (D-36, D-37, D-43, D-55, MODEL 10)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from commands.change import Override
from commands.confirm_new_time import ConfirmNewTime, confirm_new_time
from commands.outcome import Done, Outcome, Refused, Stale
from models.unit import Database
from policy.terms import RefusalCode, Role
from tests.scenarios.records import Difference, read_records
from tests.support.platform import Platform, done, open_platform

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CALL = datetime(2027, 3, 18, 10, tzinfo=UTC)
ROW = text("SELECT * FROM session WHERE id = :id")


@pytest.fixture
def platform(database: Database) -> Platform:
    platform = open_platform(database, "mastered", at=NOW)
    platform.coach("Eva", "coaching", "mentor")
    platform.member("Maya", "Eva")
    return platform


@pytest.fixture
def session(platform: Platform) -> int:
    return platform.booked("Maya", "coaching", "Eva", CALL)


def code_of(outcome: Outcome) -> RefusalCode:
    assert isinstance(outcome, Refused), outcome
    return outcome.code


def row(owner: Engine, session: int) -> Any:
    with owner.connect() as connection:
        return connection.execute(ROW, {"id": session}).one()


def ledger(owner: Engine) -> list[tuple[str, int]]:
    with owner.connect() as connection:
        entries = text("SELECT kind, units FROM ledger_entry WHERE kind <> 'GRANT' ORDER BY id")
        return [(entry.kind, entry.units) for entry in connection.execute(entries)]


def confirm(platform: Platform, who: str, session: int) -> Outcome:
    return confirm_new_time(platform.database, platform.request(who), ConfirmNewTime(session_id=session))


def test_after_a_coachs_move_the_member_may_leave_without_loss_until_the_start(
    platform: Platform, session: int, owner: Engine
) -> None:
    done(platform.reschedule("Eva", session, CALL + timedelta(days=1)))
    assert row(owner, session).moved_by_other_unconfirmed
    platform.at(CALL + timedelta(days=1) - timedelta(seconds=1))
    shown = platform.can_cancel("Maya", session)
    assert shown.decision is not None
    assert (shown.decision.row, shown.late) == ("unconfirmed-move", False)
    done(platform.cancel("Maya", session))
    found = row(owner, session)
    assert (found.status, found.reason, found.disposition, found.late) == (
        "CANCELLED",
        "MOVE_DECLINED",
        "RETURNED",
        False,
    )
    # It counts as returned because of the coach, so it stays usable for thirty days (D-10).
    assert ledger(owner) == [("HOLD", 1), ("RELEASE", 1), ("CARRY", 1)]


def test_once_confirmed_the_ordinary_notice_applies_again(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.reschedule("Eva", session, CALL + timedelta(days=1)))
    version = row(owner, session).version
    done(confirm(platform, "Maya", session))
    found = row(owner, session)
    assert (found.moved_by_other_unconfirmed, found.version, found.status) == (False, version + 1, "SCHEDULED")
    platform.at(CALL)
    assert code_of(platform.cancel("Maya", session)) is RefusalCode.LATE_CHANGE_NEEDS_ACK


def test_confirming_changes_no_calendar(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.reschedule("Eva", session, CALL + timedelta(days=1)))
    before = row(owner, session)
    platform.at(NOW + timedelta(hours=1))
    done(confirm(platform, "Maya", session))
    after = row(owner, session)
    assert (after.sequence, after.calendar_changed_at) == (before.sequence, before.calendar_changed_at)
    with owner.connect() as connection:
        pushes = text("SELECT count(*) FROM due_work WHERE kind = 'GOOGLE_PUSH' AND object_id = :id")
        assert connection.execute(pushes, {"id": session}).scalar_one() == 2


@pytest.mark.parametrize("who", ["Maya", "Eva"])
def test_there_is_nothing_to_confirm_where_nobody_moved(platform: Platform, session: int, who: str) -> None:
    expected = RefusalCode.NOT_PENDING if who == "Maya" else RefusalCode.FORBIDDEN
    assert code_of(confirm(platform, who, session)) is expected


def test_a_member_who_moves_on_has_agreed(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.reschedule("Eva", session, CALL + timedelta(days=1)))
    done(platform.reschedule("Maya", session, CALL + timedelta(days=2)))
    assert not row(owner, session).moved_by_other_unconfirmed


def test_a_coach_is_not_bound_by_the_members_notice(platform: Platform, session: int, owner: Engine) -> None:
    platform.at(CALL - timedelta(minutes=1))
    done(platform.reschedule("Eva", session, CALL + timedelta(hours=3)))
    assert not row(owner, session).late


def test_on_the_members_behalf_the_coach_needs_the_acknowledgement_too(
    platform: Platform, session: int, owner: Engine
) -> None:
    """D-04: staff and coaches who act on the member's behalf set the same flag."""
    platform.at(CALL - timedelta(hours=47))
    assert code_of(platform.cancel("Eva", session, on_behalf_of_member=True)) is RefusalCode.LATE_CHANGE_NEEDS_ACK
    shown = platform.can_cancel("Eva", session, on_behalf_of_member=True).consequence
    assert shown is not None
    done(platform.cancel("Eva", session, on_behalf_of_member=True, acknowledge=shown.digest))
    found = row(owner, session)
    assert (found.late, found.cancelled_by, found.on_behalf_of) == (True, "COACH", "MEMBER")


def test_an_acknowledgement_is_of_exactly_what_was_shown(platform: Platform, session: int) -> None:
    """What the coach is shown on her own account is no acknowledgement of what the member loses."""
    platform.at(CALL - timedelta(hours=47))
    own = platform.can_cancel("Eva", session).consequence
    assert own is not None
    outcome = platform.cancel("Maya", session, acknowledge=own.digest)
    assert code_of(outcome) is RefusalCode.CONSEQUENCE_CHANGED


def test_a_version_that_is_no_longer_true_changes_nothing(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.reschedule("Maya", session, CALL + timedelta(days=1)))
    before = read_records(owner, platform.organisation_id)
    assert platform.cancel("Maya", session, if_version=1) == Stale(object_id=session)
    assert Difference(before, read_records(owner, platform.organisation_id)).touched == set()
    assert isinstance(platform.cancel("Maya", session, if_version=2), Done)


def test_a_cancelled_session_is_never_revived(platform: Platform, session: int) -> None:
    done(platform.cancel("Maya", session))
    assert code_of(platform.cancel("Maya", session)) is RefusalCode.WRONG_STATE
    assert code_of(platform.reschedule("Maya", session, CALL + timedelta(days=1))) is RefusalCode.WRONG_STATE
    again = platform.booked("Maya", "coaching", "Eva", CALL)
    assert again != session


def test_moving_keeps_the_old_time_where_the_new_one_is_taken(platform: Platform, session: int, owner: Engine) -> None:
    platform.member("Leo", "Eva")
    platform.booked("Leo", "coaching", "Eva", CALL + timedelta(days=1))
    before = read_records(owner, platform.organisation_id)
    outcome = platform.reschedule("Maya", session, CALL + timedelta(days=1, minutes=30))
    assert code_of(outcome) is RefusalCode.SLOT_TAKEN
    assert Difference(before, read_records(owner, platform.organisation_id)).touched == set()


def test_a_session_never_stands_in_its_own_way(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.reschedule("Maya", session, CALL + timedelta(minutes=15)))
    assert row(owner, session).starts_at == CALL + timedelta(minutes=15)


def test_a_session_is_not_moved_to_where_it_stands(platform: Platform, session: int) -> None:
    assert code_of(platform.reschedule("Maya", session, CALL)) is RefusalCode.SLOT_UNAVAILABLE


def test_an_override_is_for_senior_staff_alone(platform: Platform, session: int) -> None:
    platform.person("Ida", Role.STAFF)
    platform.at(CALL - timedelta(hours=1))
    note = "Agreed by telephone."
    for who in ("Ida", "Eva", "Maya"):
        outcome = platform.cancel(who, session, override=Override(), note=note)
        assert code_of(outcome) is RefusalCode.FORBIDDEN, who
    assert isinstance(platform.cancel("Sam", session, override=Override(), note=note), Done)


def test_an_override_names_a_reason_that_the_policy_has(platform: Platform, session: int) -> None:
    outcome = platform.cancel("Sam", session, override=Override(reason="NO_SUCH_REASON"), note="Why not.")
    assert code_of(outcome) is RefusalCode.REASON_NOT_ALLOWED
    outcome = platform.cancel("Sam", session, override=Override(reason="CLIENT_MOVED"), note="Why not.")
    assert code_of(outcome) is RefusalCode.REASON_NOT_ALLOWED


def test_staff_without_override_cancel_for_the_platform(platform: Platform, session: int, owner: Engine) -> None:
    platform.at(CALL - timedelta(hours=1))
    assert code_of(platform.cancel("Sam", session)) is RefusalCode.REASON_REQUIRED
    done(platform.cancel("Sam", session, note="The platform is closed that day."))
    found = row(owner, session)
    assert (found.reason, found.disposition, found.cancelled_by) == ("PLATFORM_CANCELLED", "RETURNED", "STAFF")
    assert ledger(owner) == [("HOLD", 1), ("RELEASE", 1), ("CARRY", 1)]


def test_the_log_says_who_did_what_under_which_row(platform: Platform, session: int, owner: Engine) -> None:
    done(platform.cancel("Maya", session, key="my-key", note="I am ill."))
    with owner.connect() as connection:
        event = connection.execute(text("SELECT * FROM event ORDER BY id DESC LIMIT 1")).one()
        numbers = connection.execute(
            text("SELECT person_id, number FROM event_person WHERE event_id = :event ORDER BY person_id"),
            {"event": event.id},
        ).all()
    assert (event.name, event.actor_kind, event.actor_id) == ("SESSION_CANCELLED", "MEMBER", platform.people["Maya"])
    assert (event.cause, event.note, event.session_id) == ("request:my-key", "I am ill.", session)
    assert (event.decision["row"], event.decision["policy_version"]) == ("cancel", 1)
    assert event.resolved_policy_id is not None
    assert event.effects[0]["effect"] == "Cancel"
    assert {person for person, _ in numbers} == {platform.people["Maya"], platform.people["Eva"]}


@pytest.mark.parametrize("key", [None, "key"])
def test_a_session_that_nobody_has_is_not_found(platform: Platform, key: str | None) -> None:
    assert code_of(platform.cancel("Maya", 10**12, key=key)) is RefusalCode.NOT_FOUND
