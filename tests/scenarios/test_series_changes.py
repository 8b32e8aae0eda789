"""What becomes of single sessions of a series: S-O-04 … S-O-08, S-O-12 … S-O-14, S-O-17, S-O-19, S-O-32, S-X-06 on the series of S-O-01."""

from collections import Counter

import pytest

from tests.scenarios.answers import accept, mine
from tests.scenarios.cases import team_tasks
from tests.scenarios.memberships import ANSWER, PAY, accepted, asked, on
from tests.scenarios.memberships import mento as paying
from tests.scenarios.series import (
    all_series,
    create,
    exceptions,
    feed_text,
    in_feed,
    in_google,
    masters,
    series_of_s_o_01,
    sessions,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record
from tests.scenarios.step import Step

FIRST, MARCH_15, MARCH_29, APRIL_12 = (
    "2027-03-01T14:00:00Z",
    "2027-03-15T13:00:00Z",
    "2027-03-29T13:00:00Z",
    "2027-04-12T13:00:00Z",
)
LATE = [("Dan", "CANCELLED"), ("Leo", "LATE_LOSS")]
LOST_IN_MARCH = [("FORFEIT", 1, "one_on_one 2027-03")]
PAID = [("EARNING", "Dan", 10000)]
BOTH = ("Leo", "Dan")


def seen(stage: Stage, first: str = "2027-03-01", last: str = "2027-05-01") -> list[str]:
    """When sessions stand within these days: the same in both feeds and in the coach's Google Calendar."""
    [*feeds, google] = [in_feed(stage, who, first, last) for who in BOTH] + [in_google(stage, "Dan", first, last)]
    assert feeds == [google, google]
    return google


def lost(stage: Stage, session: str) -> Step:
    """Leo cancels it too late, with the acknowledgement of what that costs."""
    with stage.step() as step:
        answer = stage.cancel_at_a_cost("Leo", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", True)
    return step


def after_s_o_03(open_stage: OpenStage) -> tuple[Stage, dict[str, str]]:
    """The series of S-O-01 without the session of 15 March, which was cancelled late; its sessions by date."""
    stage, series = series_of_s_o_01(open_stage)
    found = {on: one["id"] for on, one in sessions(stage, series["id"]).items()}
    stage.at("2027-03-13T13:00:01Z")
    assert lost(stage, found["2027-03-15"]).mails == LATE
    return stage, found


def test_S_O_04_a_second_late_cancellation_in_a_row_is_brought_before_the_team(open_stage: OpenStage) -> None:
    stage, found = after_s_o_03(open_stage)
    stage.at("2027-03-28T13:00:00Z")
    step = lost(stage, found["2027-03-29"])
    assert (step.ledger, step.money, step.mails) == (LOST_IN_MARCH, PAID, [*LATE, ("Sam", "TASK")])
    assert team_tasks(stage) == [("WATCH", "OPEN", None)]
    assert "late-row" in stage.message("Sam", "TASK")["text"]
    assert seen(stage) == [FIRST, APRIL_12, "2027-04-26T13:00:00Z"]
    assert exceptions(stage) == {MARCH_15: "cancelled", MARCH_29: "cancelled"}
    for who in BOTH:
        text = feed_text(stage, who)
        assert "EXDATE;TZID=America/New_York:20270315T090000" in text
        assert "EXDATE;TZID=America/New_York:20270329T090000" in text


def test_S_O_05_a_held_session_between_ends_the_row(open_stage: OpenStage) -> None:
    stage, found = after_s_o_03(open_stage)
    stage.at("2027-03-29T13:45:00Z")
    assert record(stage, "Dan", found["2027-03-29"], held=True)["session"]["status"] == "COMPLETED"
    stage.at("2027-04-11T13:00:00Z")
    step = lost(stage, found["2027-04-12"])
    assert step.ledger == [("FORFEIT", 1, "one_on_one 2027-04")]
    assert (step.money, step.mails, team_tasks(stage)) == (PAID, LATE, [])
    assert seen(stage) == [FIRST, MARCH_29, "2027-04-26T13:00:00Z"]
    assert exceptions(stage) == {MARCH_15: "cancelled", APRIL_12: "cancelled"}


def test_S_O_06_an_absence_in_a_series_is_recorded_and_the_occurrence_stays_in_calendars(
    open_stage: OpenStage,
) -> None:
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-15"]["id"]
    stage.at("2027-03-15T12:59:00Z")
    before = seen(stage)
    joined = stage.theatre.client.post(stage.session(one, who="Dan")["joinUrl"])
    assert joined.status_code == 200, joined.text
    # At one o'clock the session of July comes to exist, sixteen weeks before it.
    stage.at("2027-03-15T13:04:59Z")
    with stage.step() as step:
        stage.at("2027-03-15T13:05:00Z")
    assert step.rows == {"notification": "+1"}
    assert (step.ledger, step.money, step.mails) == ([], [], [("Leo", "NUDGE")])
    stage.at("2027-03-15T13:10:00Z")
    with stage.step() as step:
        answer = record(stage, "Dan", one, absent="MEMBER")
    assert step.rows == {
        "earning": "+1",
        "ledger_entry": "+1",
        "money_entry": "+1",
        "notification": "+2",
        "session": "~1",
        "task": "+1",
    }
    assert (answer["session"]["status"], answer["session"]["reason"]) == ("MISSED", "CLIENT_NO_SHOW")
    assert (step.ledger, step.money) == (LOST_IN_MARCH, PAID)
    assert step.mails == [("Leo", "NO_SHOW_RECORDED"), ("Sam", "TASK")]
    assert "Monday 29 March 2027" in " ".join(stage.message("Leo", "NO_SHOW_RECORDED")["text"].split())
    assert step.google_calls == []
    assert seen(stage) == before
    assert (MARCH_15 in before, exceptions(stage)) == (True, {})


def test_S_O_07_without_a_sign_of_anybody_the_coach_is_reminded_of_an_occurrence(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-15"]["id"]
    stage.at("2027-03-15T13:04:59Z")
    before = seen(stage)
    with stage.step() as step:
        stage.at("2027-03-15T13:05:00Z")
    assert step.rows == {"notification": "+1"}
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [("Dan", "REMINDER")], [])
    assert (stage.session(one)["status"], seen(stage)) == ("SCHEDULED", before)


def test_S_O_12_the_coach_is_paid_for_a_third_session_and_the_member_pays_the_month_as_ever(
    open_stage: OpenStage,
) -> None:
    stage = paying(open_stage, at="2027-03-01T09:00:00Z")
    series = create(stage)["series"]["id"]
    stage.deliver()
    found = sessions(stage, series)
    steps: list[Step] = []
    for at, day in (("03-01T14:45", "03-01"), ("03-15T13:45", "03-15"), ("03-29T13:45", "03-29")):
        stage.at(f"2027-{at}:00Z")
        with stage.step() as step:
            answer = record(stage, "Dan", found[f"2027-{day}"]["id"], held=True)
        assert step.rows == {"earning": "+1", "ledger_entry": "+1", "money_entry": "+1", "session": "~1"}
        assert answer["session"]["status"] == "COMPLETED"
        steps.append(step)
    assert [step.ledger for step in steps] == [[("CONSUME", 1, "one_on_one 2027-03")]] * 3
    assert [step.money for step in steps] == [PAID] * 3
    assert stage.entitlements("Leo")["one_on_one 2027-03"]["used"] == 3
    assert seen(stage)[:3] == [FIRST, MARCH_15, MARCH_29]
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at("2027-04-01T04:00:00Z")
    assert step.rows == {"membership": "~1", "money_entry": "+1"}
    assert step.money == [("CHARGE", "Leo", 24000)]


def asked_to_move(open_stage: OpenStage) -> Stage:
    """S-O-13 up to the request: a day before, Leo asks for the 17th in place of the 15th."""
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-15"]["id"]
    stage.at("2027-03-14T13:00:00Z")
    with stage.step() as step:
        answer = stage.reschedule("Leo", one, "2027-03-17T13:00:00Z")
    assert answer["session"]["startsAt"] == MARCH_15
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "CHANGE_REQUESTED"), ("Leo", "CHANGE_REQUESTED")]
    assert in_feed(stage, "Leo", "2027-03-02", "2027-04-01") == [MARCH_15, MARCH_29]
    # The coach keeps the asked time free: a hold of its own beside the series.
    for shown in (
        in_feed(stage, "Dan", "2027-03-02", "2027-04-01"),
        in_google(stage, "Dan", "2027-03-02", "2027-04-01"),
    ):
        assert shown == [MARCH_15, "2027-03-17T13:00:00Z", MARCH_29]
    assert exceptions(stage) == {}
    return stage


def test_S_O_13_an_occurrence_is_moved_once_the_coach_agrees(open_stage: OpenStage) -> None:
    stage = asked_to_move(open_stage)
    stage.at("2027-03-14T15:00:00Z")
    [request] = mine(stage, "Dan", "PENDING")
    with stage.step() as step:
        answer = accept(stage, "Dan", request["id"])
    assert step.rows == {"busy": "~2 -1", "notification": "+2", "proposal": "~1", "session": "~1", "session_move": "+1"}
    assert answer["proposal"]["session"]["startsAt"] == "2027-03-17T13:00:00Z", answer
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "RESCHEDULED"), ("Leo", "RESCHEDULED")]
    assert seen(stage)[:3] == [FIRST, "2027-03-17T13:00:00Z", MARCH_29]
    assert exceptions(stage) == {MARCH_15: "2027-03-17T13:00:00Z"}
    for who in BOTH:
        assert feed_text(stage, who).count("RECURRENCE-ID;TZID=America/New_York:20270315T090000") == 1


def test_S_O_14_without_an_answer_the_occurrence_starts_when_the_rule_says(open_stage: OpenStage) -> None:
    stage = asked_to_move(open_stage)
    stage.at("2027-03-15T12:59:59Z")
    with stage.step() as step:
        stage.at(MARCH_15)
    assert step.rows == {
        "busy": "+2 -1",
        "credit_lot": "+1",
        "ledger_entry": "+2",
        "notification": "+2",
        "proposal": "~1",
        "series": "~1",
        "series_occurrence": "+1",
        "session": "+1",
    }
    assert [entry for entry in step.ledger if not entry[2].endswith("2027-07")] == step.money == []
    assert Counter(step.mails)["Dan", "PROPOSAL_EXPIRED"] == Counter(step.mails)["Leo", "PROPOSAL_EXPIRED"] == 1
    assert seen(stage)[:3] == [FIRST, MARCH_15, MARCH_29]
    assert exceptions(stage) == {}
    for who in BOTH:
        assert "RECURRENCE-ID" not in feed_text(stage, who)


@pytest.mark.parametrize("late", [False, True])
def test_S_O_17_and_S_O_32_a_one_off_with_another_coach_takes_the_place_of_an_occurrence(
    open_stage: OpenStage, late: bool
) -> None:
    at, start = (
        ("2027-03-28T13:00:00Z", "2027-03-30T13:00:00Z") if late else ("2027-03-20T12:00:00Z", "2027-03-24T13:00:00Z")
    )
    stage = paying(open_stage, at="2027-03-01T09:00:00Z")
    stage.coach("Cora", kinds=["one_on_one", "chemistry", "one_off"])
    series = create(stage)["series"]["id"]
    stage.deliver()
    one = sessions(stage, series)["2027-03-29"]["id"]
    stage.at("2027-03-18T12:00:00Z")
    one_off = {"coach": stage.gid("Cora"), "startsAt": start, "replaces": one}
    request = on(stage, "Sam", ANSWER, asked(stage, "Leo", oneOff=one_off), answer="APPROVE")
    stage.deliver()
    stage.at(at)
    with stage.step() as step:
        accepted(stage, request)
    assert step.money == (PAID if late else [])
    assert Counter(name for name, _, _ in step.ledger) == {"RELEASE": 1, "HOLD": 1}
    assert step.mails == [("Cora", "BOOKED"), ("Dan", "CANCELLED"), ("Leo", "BOOKED"), ("Leo", "CANCELLED")]
    assert in_google(stage, "Dan", "2027-03-20", "2027-04-13") == [APRIL_12]
    assert in_google(stage, "Cora", "2027-03-20", "2027-04-13") == [start]
    assert in_feed(stage, "Leo", "2027-03-20", "2027-04-13") == [start, APRIL_12]
    assert exceptions(stage) == {MARCH_29: "cancelled"}
    assert len(all_series(stage)) == len(masters(stage)) == 1


def test_S_O_19_an_extra_session_stands_beside_a_series_that_stays_as_it_is(open_stage: OpenStage) -> None:
    stage = paying(open_stage, at="2027-03-01T09:00:00Z")
    series = create(stage)["series"]["id"]
    stage.deliver()
    before, rule = seen(stage), masters(stage)[0]["recurrence"]
    request = asked(stage, "Leo", extra={})
    price = {"minorUnits": 12000, "currency": "EUR"}
    waiting = accepted(stage, on(stage, "Sam", ANSWER, request, answer="QUOTE", price=price))
    on(stage, "Sam", PAY, waiting, provider="bank", reference="1")
    stage.deliver()
    with stage.step() as step:
        extra = stage.booked("Leo", "one_on_one", "Dan", "2027-03-22T13:00:00Z")
    lot = "EXTRA 2027-05-01T04:00:00Z"
    assert (step.ledger, step.google_calls) == ([("HOLD", 1, lot)], ["events.insert"])
    assert seen(stage) == sorted([*before, "2027-03-22T13:00:00Z"])
    assert (masters(stage)[0]["recurrence"], len(masters(stage)), exceptions(stage)) == (rule, 1, {})
    assert extra not in {one["id"] for one in sessions(stage, series).values()}


def test_S_X_06_a_cancelled_occurrence_leaves_every_calendar_for_good(open_stage: OpenStage) -> None:
    stage, series = series_of_s_o_01(open_stage)
    one = sessions(stage, series["id"])["2027-03-29"]["id"]
    stage.at("2027-03-16T10:00:00Z")
    tags = {who: stage.theatre.get(stage.feed_url(who)).headers["etag"] for who in BOTH}
    uids = {event.uid for event in stage.feed("Leo").values()}
    assert stage.cancel("Leo", one)["session"]["status"] == "CANCELLED"
    stage.deliver()
    again = stage.booked("Leo", "one_on_one", "Dan", MARCH_29)
    for at in ("2027-03-20T10:00:00Z", "2027-04-20T10:00:00Z"):
        stage.at(at)
        for who in BOTH:
            text = feed_text(stage, who)
            assert text.count("EXDATE;TZID=America/New_York:20270329T090000") == 1
            assert "RECURRENCE-ID" not in text
            assert stage.theatre.get(stage.feed_url(who)).headers["etag"] != tags[who]
        assert exceptions(stage) == {MARCH_29: "cancelled"}
        # What stands there now is a session of its own, under a name that was never used before.
        there = [event for start, event in stage.feed("Leo").items() if f"{start:%Y-%m-%d}" == "2027-03-29"]
        assert len(there) == 1
        assert there[0].uid not in uids
        assert in_google(stage, "Dan", "2027-03-29", "2027-03-30") == [MARCH_29]
    stage.at("2027-04-20T10:00:01Z")
    assert stage.session(again)["status"] != "CANCELLED"
