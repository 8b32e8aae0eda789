"""Mento: who is there, who is nudged, and what an absence leads to (S-O-06 … S-O-08)."""

from typing import Any

from tests.scenarios.cases import team_tasks
from tests.scenarios.series import in_feed, in_google, series_of_s_o_01, sessions
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import assert_only_stated, record
from tests.scenarios.turns import team_asked

ABSENT = "absence: CLIENT_NO_SHOW, once (O20)"
START = "2027-03-15T13:00:00Z"
CHECK_IN = """
mutation CheckIn($input: CheckInInput!) { checkIn(input: $input) {
  ... on CheckInSuccess { session { id presence { side signal at } } } ... on Refusal { __typename code message } } }
"""
CAN_CHECK_IN = "query CanCheckIn($id: ID!) { node(id: $id) { ... on Session { canCheckIn { allowed code } } } }"


def mento(open_stage: OpenStage) -> tuple[Stage, str]:
    """Leo's 1-on-1 with Dan on 15 March, 13:00Z, 45 minutes, paid from March."""
    stage = open_stage("mento", at="2027-02-15T12:00:00Z")
    stage.coach("Dan", kinds=["one_on_one"])
    stage.member("Leo", "Dan")
    stage.at("2027-03-01T12:00:00Z")
    return stage, stage.booked("Leo", "one_on_one", "Dan", START)


def check_in(stage: Stage, who: str, session: str) -> Any:
    return stage.tell(who, CHECK_IN, session=session, idempotencyKey=stage.key())


def test_S_O_06_the_absent_member_is_nudged_and_then_recorded_as_absent(open_stage: OpenStage) -> None:
    stage, session = mento(open_stage)
    following = stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    stage.at("2027-03-15T12:59:00Z")
    joined = stage.theatre.client.post(stage.session(session, who="Dan")["joinUrl"])
    assert joined.status_code == 200, joined.text
    with stage.step() as step:
        stage.at("2027-03-15T13:05:00Z")
    assert step.rows == {"notification": "+1"}
    assert step.mails == [("Leo", "NUDGE")]
    assert stage.session(session)["status"] == "SCHEDULED"
    stage.at("2027-03-15T13:10:00Z")
    with stage.step() as step:
        record(stage, "Dan", session, absent="MEMBER")
    assert_only_stated(
        step,
        session,
        by="Dan",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason="CLIENT_NO_SHOW",
        fault="member",
        disposition="COUNTED",
        ledger=[("FORFEIT", 1, "one_on_one 2027-03")],
        money=[("EARNING", "Dan", 10000)],
        mails=[("Leo", "NO_SHOW_RECORDED"), ("Sam", "TASK")],
        more=team_asked(step, session, by="Dan", template="WATCH", due="2027-03-17T23:59:59Z", said=ABSENT),
    )
    told = " ".join(stage.message("Leo", "NO_SHOW_RECORDED")["text"].split())
    assert "Your next" in told
    assert "Monday 29 March 2027" in told
    assert stage.session(following)["status"] == "SCHEDULED"


def test_S_O_07_without_a_sign_of_the_coach_the_coach_is_reminded(open_stage: OpenStage) -> None:
    stage, session = mento(open_stage)
    stage.at("2027-03-15T13:04:59Z")
    with stage.step() as step:
        stage.at("2027-03-15T13:05:00Z")
    assert step.rows == {"notification": "+1"}
    assert step.mails == [("Dan", "REMINDER")]
    assert stage.session(session)["status"] == "SCHEDULED"


def test_S_O_08_in_the_first_one_on_one_the_member_is_asked_to_book_again(open_stage: OpenStage) -> None:
    stage, session = mento(open_stage)
    stage.at("2027-03-15T13:10:00Z")
    with stage.step() as step:
        record(stage, "Dan", session, absent="MEMBER")
    assert step.rows == {
        "earning": "+1",
        "ledger_entry": "+1",
        "money_entry": "+1",
        "notification": "+2",
        "session": "~1",
        "task": "+1",
    }
    day = ("2027-03-15", "2027-03-16")
    assert in_feed(stage, "Leo", *day) == in_feed(stage, "Dan", *day) == in_google(stage, "Dan", *day) == [START]
    assert step.google_calls == []
    assert step.ledger == [("FORFEIT", 1, "one_on_one 2027-03")]
    assert step.money == [("EARNING", "Dan", 10000)]
    assert step.mails == [("Leo", "NO_SHOW_RECORDED"), ("Sam", "TASK")]
    assert team_tasks(stage) == [("WATCH", "OPEN", None)]
    assert "Please book again" in stage.message("Leo", "NO_SHOW_RECORDED")["text"]


def test_in_the_first_occurrence_a_new_appointment_is_asked_for_and_in_the_second_the_next_one_confirmed(
    open_stage: OpenStage,
) -> None:
    """O21 beside O18: the message is another one, the bill is not (D-21)."""
    stage, series = series_of_s_o_01(open_stage)
    occurrences = sessions(stage, series["id"])
    for day, at in (("2027-03-01", "14:10:00Z"), ("2027-03-15", "13:10:00Z")):
        stage.at(f"{day}T{at}")
        with stage.step() as step:
            record(stage, "Dan", occurrences[day]["id"], absent="MEMBER")
        assert step.ledger == [("FORFEIT", 1, "one_on_one 2027-03")]
        assert step.money == [("EARNING", "Dan", 10000)]
        assert step.mails == [("Leo", "NO_SHOW_RECORDED"), ("Sam", "TASK")]
    first, second = (
        " ".join(one["text"].split()) for one in stage.messages("Leo") if one["code"] == "NO_SHOW_RECORDED"
    )
    assert "It was to be your first 1-on-1 with Dan. Please make a new appointment with Dan" in first
    assert ("stands as agreed" in first, "stands as agreed" in second) == (False, True)


def test_when_both_are_there_nobody_is_nudged(open_stage: OpenStage) -> None:
    stage, session = mento(open_stage)
    stage.at("2027-03-15T12:50:00Z")
    for who in ("Dan", "Leo"):
        assert "session" in check_in(stage, who, session)
    with stage.step() as step:
        stage.at("2027-03-15T13:10:00Z")
    assert step.mails == []


def test_checking_in_is_possible_from_a_quarter_of_an_hour_before_until_the_end(open_stage: OpenStage) -> None:
    stage, session = mento(open_stage)
    for at, code in (
        ("2027-03-15T12:44:59Z", "TOO_EARLY"),
        ("2027-03-15T12:45:00Z", None),
        ("2027-03-15T13:44:59Z", None),
        ("2027-03-15T13:45:00Z", "WRONG_STATE"),
    ):
        stage.at(at)
        check = stage.ask("Leo", CAN_CHECK_IN, id=session)["node"]["canCheckIn"]
        answer = check_in(stage, "Leo", session)
        assert (check["allowed"], check["code"], answer.get("code")) == (code is None, code, code)
    assert check_in(stage, "Sam", session)["code"] == "FORBIDDEN"
    signs = stage.ask(
        "Dan", "query P($id: ID!) { node(id: $id) { ... on Session { presence { side signal } } } }", id=session
    )
    assert signs["node"]["presence"] == [{"side": "MEMBER", "signal": "CHECK_IN"}] * 2
