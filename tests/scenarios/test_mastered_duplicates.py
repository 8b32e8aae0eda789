"""Mastered, S-M-12 … S-M-16: two bookings of a kind in one month, of which one is kept (M12 … M14, D-11 … D-14)."""

import pytest

from tests.scenarios.duplicates import (
    OTHERS,
    asked_about,
    can_keep,
    case,
    given_up,
    keep,
    made_firm,
    resolved,
    told_in_log,
)
from tests.scenarios.expected import Expected
from tests.scenarios.footprint import booked, used_keys
from tests.scenarios.stage import Stage
from tests.scenarios.starts import BOTH_BOOKED, OpenStage, instant, mastered
from tests.scenarios.turns import dated, fired

LATER = "2027-03-25T10:00:00Z"
EARLIER = "2027-03-18T10:00:00Z"
DUE = "2027-03-11T09:00:00Z"
BOTH_TOLD = [("Eva", "DUPLICATE_CANCELLED"), ("Maya", "DUPLICATE_CANCELLED")]
MARCH = "coaching 2027-03"


def after_s_m_12(open_stage: OpenStage) -> tuple[Stage, str, str]:
    """A on 25 March, booked first, and B on 18 March, provisional."""
    stage = mastered(open_stage)
    first = stage.booked("Maya", "coaching", "Eva", LATER)
    stage.at("2027-03-10T09:00:00Z")
    return stage, first, stage.booked("Maya", "coaching", "Eva", EARLIER)


def stands(stage: Stage, session: str) -> tuple[str, bool]:
    seen = stage.session(session)
    return seen["status"], seen["provisional"]


def calendars(stage: Stage) -> dict[str, dict[str, str]]:
    """What stands in Maya's feed, in Eva's, and in Eva's Google Calendar: status by start."""
    feeds = {who: {f"{start:%d}": event.status for start, event in stage.feed(who).items()} for who in ("Maya", "Eva")}
    google = {f"{start:%d}": event["status"].upper() for start, event in stage.google("Eva").items()}
    return {**feeds, "Google": google}


def all_three(**events: str) -> dict[str, dict[str, str]]:
    found = {day.removeprefix("d"): status for day, status in events.items()}
    return {"Maya": found, "Eva": found, "Google": found}


def test_S_M_12_the_member_is_asked_which_of_two_bookings_to_keep(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    first = stage.booked("Maya", "coaching", "Eva", LATER)
    stage.at("2027-03-10T09:00:00Z")
    before = stage.session(first)
    with stage.step() as step:
        answer = stage.book("Maya", "coaching", "Eva", EARLIER)
    second = answer["session"]
    assert (second["status"], second["provisional"]) == ("SCHEDULED", True)
    assert "until 2027-03-11 09:00 UTC" in answer["consequence"]["summary"]
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Eva", "BOOKED"), ("Maya", "DUPLICATE_QUESTION")]
    assert step.google_calls == ["events.insert"]
    told = [("Eva", "BOOKED"), ("Maya", "DUPLICATE_QUESTION")]
    step.changed_only(
        booked(step, second, by="Maya", ledger=[], mails=told, provisional=True),
        asked_about(step, first, second["id"], due=DUE),
    )
    assert stage.session(first) == before
    found = case(stage, first)
    assert (found["status"], found["dueAt"], found["kept"]) == ("OPEN", DUE, None)
    assert set(found["sessions"]) == {first, second["id"]}
    assert calendars(stage) == all_three(d25="CONFIRMED", d18="TENTATIVE")
    mail = stage.message("Maya", "DUPLICATE_QUESTION")
    assert "18 March" in mail["text"]
    assert "25 March" in mail["text"]
    assert {link["kind"] for link in mail["links"]} == {"KEEP", "RESCHEDULE", "CANCEL"}


def test_S_M_13_without_an_answer_the_earlier_session_is_kept(open_stage: OpenStage) -> None:
    stage, first, second = after_s_m_12(open_stage)
    stage.at(DUE)
    assert stands(stage, second) == ("SCHEDULED", True)
    with stage.step() as step:
        stage.at("2027-03-11T09:00:00.000001Z")
    assert stands(stage, first) == ("CANCELLED", False)
    assert stands(stage, second) == ("SCHEDULED", False)
    gone = stage.session(first)
    assert (gone["reason"], gone["disposition"], gone["late"]) == ("DUPLICATE_RESOLVED", "RELEASED", False)
    assert gone["cancelledBy"] == "SYSTEM"
    assert step.ledger == [("RELEASE", 1, MARCH), ("HOLD", 1, MARCH)]
    assert step.money == []
    assert step.mails == BOTH_TOLD
    assert sorted(step.google_calls) == ["events.delete", "events.get", "events.list", "events.patch"]
    question = step.difference.before.one("duplicate_case")["id"]
    step.changed_only(
        fired(step, "DUPLICATE_REPLY", question),
        given_up(step, first, by=None, at=DUE),
        made_firm(step, second, at=DUE),
        resolved(step, second, at=DUE),
        {"ledger_entry": Expected(added=[{"kind": "RELEASE", "units": 1}, {"kind": "HOLD", "units": 1}])},
        dated(told_in_log(step, "SESSION_CANCELLED", "BOOKING_KEPT", by=None), DUE),
    )
    at = {row["effective_at"] for row in step.difference.added("event")}
    assert {instant(one) for one in at} == {instant(DUE)}
    found = case(stage, second)
    assert (found["status"], found["resolvedAt"], found["kept"]) == ("RESOLVED", DUE, second)
    assert calendars(stage) == all_three(d18="CONFIRMED")
    told = stage.message("Maya", "DUPLICATE_CANCELLED")
    assert "You keep: " in told["text"]
    links = {link["kind"]: link["url"] for link in told["links"]}
    assert set(links) == {"RESCHEDULE", "CANCEL", "JOIN"}
    assert links["JOIN"] == stage.session(second, who="Maya")["joinUrl"]
    assert not stage.message("Eva", "DUPLICATE_CANCELLED")["links"]


def test_S_M_13_is_the_same_without_workers(open_stage: OpenStage) -> None:
    stage, first, second = after_s_m_12(open_stage)
    stage.at("2027-03-12T09:00:00Z", run_timers=False)
    assert stage.session(first, who="Maya")["status"] == "CANCELLED"
    assert stands(stage, second) == ("SCHEDULED", False)
    assert case(stage, second)["resolvedAt"] == DUE
    # Who chooses now is told that it is too late, whatever has become of the bookings by then.
    for one in (first, second):
        assert can_keep(stage, "Maya", one)["code"] == keep(stage, "Maya", one)["code"] == "DEADLINE_PASSED"


def test_S_M_14_exactly_24_hours_later_the_member_may_still_choose(open_stage: OpenStage) -> None:
    stage, first, second = after_s_m_12(open_stage)
    stage.at(DUE)
    shown = can_keep(stage, "Maya", first)
    assert (shown["allowed"], shown["deadlineAt"]) == (True, DUE)
    with stage.step() as step:
        answer = keep(stage, "Maya", first)
    assert answer["session"]["status"] == "SCHEDULED"
    assert answer["consequence"] == shown["consequence"]
    assert stands(stage, first) == ("SCHEDULED", False)
    gone = stage.session(second)
    assert (gone["status"], gone["reason"], gone["cancelledBy"]) == ("CANCELLED", "DUPLICATE_RESOLVED", "MEMBER")
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == BOTH_TOLD
    assert step.google_calls == ["events.list", "events.delete"]
    step.changed_only(
        given_up(step, second, by="Maya", at=DUE),
        resolved(step, first, at=DUE),
        told_in_log(step, "SESSION_CANCELLED", "BOOKING_KEPT", by="Maya"),
        used_keys(),
    )
    assert case(stage, first)["status"] == "RESOLVED"
    assert calendars(stage) == all_three(d25="CONFIRMED")


@pytest.mark.parametrize("start", ["2027-03-16T18:00:00Z", "2027-03-16T10:00:01Z"])
def test_S_M_15_shortly_before_the_first_session_a_later_one_is_refused(open_stage: OpenStage, start: str) -> None:
    stage = mastered(open_stage)
    first = stage.booked("Maya", "coaching", "Eva", EARLIER)
    stage.at(start)
    with stage.step() as step:
        fields = {"kind": stage.kinds["coaching"], "coach": stage.gid("Eva"), "startsAt": LATER}
        answer = stage.tell("Maya", OTHERS, **fields, idempotencyKey=stage.key())
    step.assert_nothing_happened()
    assert answer["code"] == "DUPLICATE_BOOKING"
    assert answer["check"]["decision"] == {
        "parameter": "booking.duplicate_lock",
        "facts": {"others": [{"session": first, "startsAt": EARLIER, "holds": True}]},
    }


def test_S_M_15_exactly_48_hours_before_it_is_still_asked(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    stage.booked("Maya", "coaching", "Eva", EARLIER)
    stage.at("2027-03-16T10:00:00Z")
    second = stage.book("Maya", "coaching", "Eva", LATER)["session"]
    assert second["provisional"]
    assert case(stage, second["id"])["dueAt"] == "2027-03-16T10:00:00Z"


def test_S_M_16_an_earlier_session_shortly_before_its_start_takes_the_place_of_the_later_one(
    open_stage: OpenStage,
) -> None:
    stage = mastered(open_stage)
    first = stage.booked("Maya", "coaching", "Eva", LATER)
    stage.at("2027-03-16T18:00:00Z")
    with stage.step() as step:
        answer = stage.book("Maya", "coaching", "Eva", EARLIER)
    second = answer["session"]
    assert (second["status"], second["provisional"]) == ("SCHEDULED", False)
    assert "cancelled at no cost" in answer["consequence"]["summary"]
    assert [one["kind"] for one in answer["consequence"]["credits"]] == ["RELEASE", "HOLD"]
    assert stands(stage, first) == ("CANCELLED", False)
    assert step.ledger == [("RELEASE", 1, MARCH), ("HOLD", 1, MARCH)]
    assert step.money == []
    assert step.mails == sorted([*BOTH_BOOKED, *BOTH_TOLD])
    assert sorted(step.google_calls) == ["events.delete", "events.insert", "events.list"]
    at = "2027-03-16T18:00:00Z"
    step.changed_only(
        booked(step, second, by="Maya", ledger=[], mails=BOTH_BOOKED, logged_first=["SESSION_CANCELLED"]),
        given_up(step, first, by=None, at=at),
        {"ledger_entry": Expected(added=[{"kind": "RELEASE", "units": 1}, {"kind": "HOLD", "units": 1}])},
    )
    assert calendars(stage) == all_three(d18="CONFIRMED")
    assert stage.message("Maya", "DUPLICATE_CANCELLED")["links"]
