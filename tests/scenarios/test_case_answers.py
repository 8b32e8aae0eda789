"""Topmate: until when a report is taken, contradictions, requests to cancel (S-T-12, S-T-13, S-T-16, S-T-17), and what ends a report otherwise."""

import pytest

from tests.scenarios.answers import accept, the_proposal
from tests.scenarios.cases import cases, team_tasks, tell, the_case
from tests.scenarios.expected import Expected
from tests.scenarios.footprint import pushed, used_keys
from tests.scenarios.payments import pay
from tests.scenarios.starts import OpenStage, aceup
from tests.scenarios.statements import record
from tests.scenarios.test_cases import CLOSED, OPENED, PRICE_BACK, REFUNDED, UNIT_BACK, offered, paid_call, reported
from tests.scenarios.test_topmate import LOT
from tests.scenarios.turns import (
    answered,
    case_changed,
    case_opened,
    cost,
    ended,
    proposed,
    said,
    stands,
    team_asked,
)


def test_S_T_12_a_second_report_is_the_same_case(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    before = the_case(stage, "Nora", session)
    stage.at("2027-03-19T08:00:00Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "reportNoShow", session)
    assert answer["session"]["cases"] == [before]
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [], [])
    step.changed_only(used_keys())


def test_S_T_13_a_report_is_taken_until_the_window_closes(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-21T15:30:00Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "reportNoShow", session)
    assert (answer["session"]["cases"][0]["status"], answer["session"]["cases"][0]["dueAt"]) == (
        "OPEN",
        "2027-03-24T15:30:00Z",
    )
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], OPENED, [])
    step.changed_only(
        stands(step, session, completes_at=None),
        case_opened(step, session, kind="NO_SHOW", status="OPEN", due_at="2027-03-24T15:30:00Z"),
        said(step, session, "CASE_OPENED", by="Nora", mails=OPENED),
    )


def test_S_T_13_a_second_later_it_is_not(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-21T15:30:01Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "reportNoShow", session)
    step.assert_nothing_happened()
    assert answer["code"] == "REPORT_WINDOW_CLOSED"


def test_S_T_16_the_member_asks_to_cancel_and_the_coach_agrees(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Nora", session)
    assert answer["session"]["status"] == "SCHEDULED"
    asked = [("Cora", "CHANGE_REQUESTED"), ("Nora", "CHANGE_REQUESTED")]
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], asked, [])
    step.changed_only(
        proposed(
            step,
            session,
            kind="CHANGE_REQUEST",
            until="2027-03-18T15:00:00Z",
            answers="COACH",
            by="MEMBER",
            at_start=True,
        ),
        said(step, session, "CHANGE_REQUESTED", by="Nora", mails=asked),
    )
    stage.at("2027-03-17T18:00:00Z")
    with stage.step() as step:
        accept(stage, "Cora", the_proposal(stage, "Cora", session)["id"])
    gone = stage.session(session)
    assert (gone["status"], gone["disposition"], gone["cancelledBy"]) == ("CANCELLED", "REFUNDED", "MEMBER")
    assert (step.ledger, step.money) == (UNIT_BACK, PRICE_BACK)
    assert step.mails == [("Cora", "CANCELLED"), *REFUNDED[:1], ("Nora", "CANCELLED"), *REFUNDED[1:]]
    row = step.difference.before.one("session", id=stage.theatre.local_id(session))
    step.changed_only(
        answered(step, "ACCEPTED"),
        ended(
            step,
            session,
            by="Nora",
            status="CANCELLED",
            reason="CLIENT_CANCELLED",
            fault="member",
            disposition="REFUNDED",
            cancelled_by="MEMBER",
            sequence=row["sequence"] + 1,
            calendar_changed_at=stage.now,
        ),
        {
            "busy": Expected(
                removed=[{"person_id": row[side], "session_id": row["id"]} for side in ("coach_id", "member_id")]
            )
        },
        cost(step, session, ledger=UNIT_BACK, money=PRICE_BACK),
        said(step, session, "SESSION_CANCELLED", by="Cora", mails=step.mails),
        pushed(step, "Cora", session=row["id"], deleted=True),
    )
    assert step.google_calls == ["events.list", "events.delete"]
    assert stage.feed("Nora") == stage.google("Cora") == {}


def test_S_T_17_statements_that_contradict_each_other_are_left_to_staff(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    before = the_case(stage, "Nora", session)
    with stage.step() as step:
        answer = record(stage, "Cora", session, absent="MEMBER")
    assert answer["session"]["status"] == "AWAITING_OUTCOME"
    case = the_case(stage, "Nora", session)
    assert (case["status"], case["contradicted"], case["dueAt"]) == ("OPEN", True, before["dueAt"])
    assert (step.ledger, step.money, step.mails) == ([], [], [("Nora", "CASE_CONTRADICTED"), ("Sam", "TASK")])
    step.changed_only(
        stands(step, session),
        case_changed(step, session, contradicted=True),
        said(step, session, "CASE_CHANGED", by="Cora", mails=step.mails),
        team_asked(step, session, by="Cora"),
    )
    told = " ".join(stage.message("Sam", "TASK")["text"].split())
    assert "Who was there: Nora used the join link on Thursday 18 March 2027, 15:02" in told
    assert "Cora" not in told.split("Who was there:")[1].split(".")[0]
    assert record(stage, "Cora", session, absent="MEMBER")["code"] == "WRONG_STATE"
    stage.at("2027-03-21T15:10:01Z")
    assert stage.session(session)["disposition"] == "REFUNDED"
    assert team_tasks(stage) == [("CASE", "DONE", "REFUNDED")]


@pytest.mark.parametrize(
    ("absent", "result", "reason"), [("COACH", "UPHELD", "COACH_MISSED"), ("MEMBER", "REJECTED", "CLIENT_NO_SHOW")]
)
def test_S_T_17_staff_may_decide_until_then(open_stage: OpenStage, absent: str, result: str, reason: str) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    record(stage, "Cora", session, absent="MEMBER")
    stage.at("2027-03-21T15:10:00Z")
    assert team_tasks(stage) == [("CASE", "OPEN", None)]
    assert tell(stage, "Cora", "decideCase", session, held=True, note="I was there.")["code"] == "FORBIDDEN"
    with stage.step() as step:
        answer = tell(stage, "Sam", "decideCase", session, held=False, absent=absent, note="The log says so.")
    assert (answer["session"]["status"], answer["session"]["reason"]) == ("MISSED", reason)
    told = sorted([*CLOSED, *REFUNDED]) if absent == "COACH" else CLOSED
    given_back = (UNIT_BACK, PRICE_BACK)
    taken = ([("FORFEIT", 1, LOT)], [("EARNING", "Cora", 5000)])
    assert (step.ledger, step.money) == (given_back if absent == "COACH" else taken)
    assert (step.mails, step.google_calls) == (told, [])
    assert [(one["status"], one["result"]) for one in cases(stage, "Nora", session)] == [("CLOSED", result)]
    assert team_tasks(stage) == [("CASE", "DONE", result)]
    words = " ".join(stage.message("Nora", "CASE_CLOSED")["text"].split())
    assert ("you did not come. It counts as used: 1 credit is lost." in words) == (absent == "MEMBER")


def test_a_report_may_be_taken_back_and_the_session_then_waits_for_72_hours(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-20T12:00:00Z")
    with stage.step() as step:
        answer = tell(stage, "Nora", "withdrawReport", session)
    assert answer["session"]["cases"][0]["result"] == "WITHDRAWN"
    assert step.mails == CLOSED
    stage.at("2027-03-23T12:00:00Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    stage.at("2027-03-23T12:00:01Z")
    assert stage.session(session)["status"] == "COMPLETED"


def test_the_coach_may_give_back_what_was_paid(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    with stage.step() as step:
        record(stage, "Cora", session, reason="COACH_MISSED")
    assert (the_case(stage, "Nora", session)["result"], step.mails) == ("REFUNDED", [("Nora", "REFUNDED")])
    assert (step.ledger, step.money) == (UNIT_BACK, PRICE_BACK)


def test_before_the_start_an_accepted_offer_moves_the_session(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    with stage.step() as step:
        tell(stage, "Cora", "offerRebooking", session)
    assert step.mails == [("Nora", "REBOOK_OFFER")]
    with stage.step() as step:
        accept(stage, "Nora", the_proposal(stage, "Nora", session)["id"], at="2027-03-22T15:00:00Z")
    assert (step.ledger, step.mails) == ([], [("Cora", "RESCHEDULED"), ("Nora", "RESCHEDULED")])
    assert stage.session(session)["startsAt"] == "2027-03-22T15:00:00Z"


def test_what_was_paid_for_the_missed_call_is_the_price_of_the_one_that_replaces_it(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    with stage.step() as step:
        accept(stage, "Nora", the_proposal(stage, "Nora", session)["id"], at="2027-04-20T15:00:00Z")
    (row,) = step.difference.added("session")
    new = stage.theatre.global_id("Session", row["id"])
    with stage.step() as step:
        stage.cancel("Cora", new)
    assert (step.ledger, step.money) == (UNIT_BACK, PRICE_BACK)


def test_a_time_that_is_taken_leaves_the_offer_open_and_the_old_call_as_it_was(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    stage.member("Leo", "Cora")
    pay(stage, "Leo", "call", 6000, reference="pay_2")
    stage.booked("Leo", "call", "Cora", "2027-04-20T15:00:00Z")
    offer = the_proposal(stage, "Nora", session)
    with stage.step() as step:
        answer = accept(stage, "Nora", offer["id"], at="2027-04-20T15:15:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "SLOT_TAKEN"
    assert the_proposal(stage, "Nora", session)["status"] == "PENDING"


def test_of_a_session_without_credit_too_a_coach_does_not_settle_a_report_against_the_member(
    open_stage: OpenStage,
) -> None:
    stage = aceup(open_stage)
    session = stage.booked("Maya", "consultation", "Eva", "2027-03-18T15:00:00Z")
    stage.at("2027-03-18T15:30:00Z")
    tell(stage, "Maya", "reportNoShow", session)
    with stage.step() as step:
        record(stage, "Eva", session, reason="CLIENT_NO_SHOW")
    assert step.mails == [("Maya", "CASE_CONTRADICTED"), ("Sam", "TASK")]
    assert (stage.session(session)["status"], the_case(stage, "Maya", session)["status"]) == (
        "AWAITING_OUTCOME",
        "OPEN",
    )
    tell(stage, "Sam", "decideCase", session, held=False, absent="MEMBER", note="Eva was there.")
    assert (the_case(stage, "Maya", session)["result"], stage.session(session)["reason"]) == (
        "REJECTED",
        "CLIENT_NO_SHOW",
    )
