"""Contests and investigations: S-A-16, S-M-18 … S-M-20."""

from typing import Any

from tests.scenarios.cases import checks, mine, tell, the_case, to_answer
from tests.scenarios.expected import Tables
from tests.scenarios.footprint import changes
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup_paid_session, after_s_m_01
from tests.scenarios.statements import can_record, record
from tests.scenarios.step import Step
from tests.scenarios.test_presence import check_in
from tests.scenarios.turns import (
    case_changed,
    case_opened,
    cost,
    dated,
    ended,
    fired,
    said,
    stands,
    team_asked,
    team_done,
)

ANSWERS = [
    {"question": "HOW_JOINED", "answer": "By the link of the mail, on my laptop."},
    {"question": "WHEN_JOINED", "answer": "At ten, London time."},
    {"question": "WHAT_SEEN", "answer": "A page that said that the meeting did not exist."},
    {"question": "BOOKED_FOR", "answer": "Thursday, 18 March, ten o'clock."},
]
SCREENSHOT: dict[str, Any] = {
    "name": "screen.png",
    "mediaType": "image/png",
    "octets": 48_213,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "reference": "files/2027/03/screen.png",
}


def missed_call(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-M-17 (b): Eva has recorded that Maya did not come."""
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-18T10:10:00Z")
    assert "session" in record(stage, "Eva", session, absent="MEMBER")
    stage.deliver()
    return stage, session


def claimed(open_stage: OpenStage) -> tuple[Stage, str]:
    """Maya has claimed a technical problem."""
    stage, session = missed_call(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    answer = tell(stage, "Maya", "contestOutcome", session, claim="PLATFORM_FAILURE")
    assert "session" in answer, answer
    stage.deliver()
    return stage, session


def answer_questions(stage: Stage, session: str, **more: Any) -> dict[str, Any]:
    fields = {"answers": ANSWERS, "evidence": [SCREENSHOT], **more}
    return tell(stage, "Maya", "answerInvestigation", session, **fields)


def investigated(open_stage: OpenStage) -> tuple[Stage, str]:
    """Maya has answered the questions with a screenshot."""
    stage, session = claimed(open_stage)
    stage.at("2027-03-20T09:00:00Z")
    assert "session" in answer_questions(stage, session)
    stage.deliver()
    return stage, session


FREE = {"status": "PAYABLE"}


def freed(step: Step, session: str, *, at: str | None = None) -> Tables:
    """What the coach has earned waits for nobody any more."""
    paid = step.difference.before.one("earning", session_id=step.stage.theatre.local_id(session))
    when = at or step.stage.now
    columns = {**FREE, "payable_at": when, "changed_at": when, "version": paid["version"] + 1}
    return {"earning": changes((paid["id"],), paid, columns)}


def decide(stage: Stage, session: str, reason: str) -> dict[str, Any]:
    return tell(stage, "Sam", "decideCase", session, held=False, reason=reason, note="By what she showed.")


def test_S_M_18_the_team_finds_the_call_was_booked_at_a_wrong_time(open_stage: OpenStage) -> None:
    stage, session = investigated(open_stage)
    before = stage.session(session)
    stage.at("2027-03-22T12:00:00Z")
    with stage.step() as step:
        answer = decide(stage, session, "BOOKED_WRONG_TIME")
    case = answer["session"]["cases"][0]
    assert (case["status"], case["result"], case["reason"]) == ("CLOSED", "REJECTED", "BOOKED_WRONG_TIME")
    after = stage.session(session)
    assert (after["status"], after["reason"], after["disposition"]) == ("MISSED", before["reason"], "COUNTED")
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [("Maya", "INVESTIGATION_RESULT")], [])
    step.changed_only(
        stands(step, session),
        case_changed(step, session, status="CLOSED", result="REJECTED", reason="BOOKED_WRONG_TIME"),
        freed(step, session),
        said(step, session, "CASE_REJECTED", by="Sam", mails=step.mails),
        team_done(step, session, "REJECTED", by="Sam"),
    )


def test_S_M_19_without_an_answer_it_is_closed_against_the_member(open_stage: OpenStage) -> None:
    stage, session = missed_call(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    with stage.step() as step:
        tell(stage, "Maya", "contestOutcome", session, claim="PLATFORM_FAILURE")
    assert step.mails == [("Maya", "EVIDENCE_REQUEST")]
    assert the_case(stage, "Maya", session)["dueAt"] == "2027-03-26T09:00:00Z"
    stage.at("2027-03-26T09:00:00Z")
    assert the_case(stage, "Maya", session)["status"] == "INVESTIGATING"
    with stage.step() as step:
        stage.at("2027-03-26T09:00:00.000001Z")
    case = the_case(stage, "Maya", session)
    assert (case["status"], case["result"]) == ("CLOSED", "REJECTED")
    assert stage.session(session)["disposition"] == "COUNTED"
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [("Maya", "INVESTIGATION_RESULT")], [])
    at = "2027-03-26T09:00:00Z"
    step.changed_only(
        stands(step, session, changed_at=at),
        case_changed(step, session, at=at, status="CLOSED", result="REJECTED", due_at=None),
        freed(step, session, at=at),
        fired(step, "CASE_DUE", stage.theatre.local_id(session)),
        dated(said(step, session, "CASE_REJECTED", by=None, mails=step.mails), at),
    )
    assert answer_questions(stage, session)["code"] == "WRONG_STATE"


def test_S_M_20_a_failure_of_the_platform_gives_the_credit_back(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-18T09:59:00Z")
    assert "session" in check_in(stage, "Eva", session)
    stage.at("2027-03-18T10:10:00Z")
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-03-19T09:00:00Z")
    tell(stage, "Maya", "contestOutcome", session, claim="PLATFORM_FAILURE")
    answer_questions(stage, session)
    stage.at("2027-03-22T12:00:00Z")
    with stage.step() as step:
        answer = decide(stage, session, "PLATFORM_FAILURE")
    assert answer["session"]["cases"][0]["result"] == "UPHELD"
    after = stage.session(session)
    assert (after["status"], after["disposition"]) == ("MISSED", "RETURNED")
    assert step.ledger == [
        ("RESTORE", 1, "coaching 2027-03"),
        ("CARRY", 1, "coaching 2027-03 -> RETURN 2027-04-21T12:00:00Z"),
    ]
    assert step.money == []
    assert step.mails == [
        ("Eva", "INVESTIGATION_RESULT"),
        ("Maya", "CREDIT_RETURNED"),
        ("Maya", "INVESTIGATION_RESULT"),
    ]
    assert step.google_calls == []
    step.changed_only(
        ended(
            step,
            session,
            by="Sam",
            status="MISSED",
            reason="PLATFORM_FAILURE",
            fault="platform",
            disposition="RETURNED",
        ),
        case_changed(step, session, status="CLOSED", result="UPHELD", reason="PLATFORM_FAILURE"),
        cost(step, session, ledger=step.ledger),
        freed(step, session),
        said(step, session, "OUTCOME_AMENDED", by="Sam", mails=step.mails),
        team_done(step, session, "UPHELD", by="Sam"),
    )


def test_the_questions_and_what_is_shown_are_for_the_member_and_the_team(open_stage: OpenStage) -> None:
    stage, session = claimed(open_stage)
    stage.at("2027-03-20T09:00:00Z")
    asked = the_case(stage, "Maya", session)["questions"]
    assert to_answer(stage, "Maya") == [session]
    assert [one["code"] for one in asked if one["required"]] == [one["question"] for one in ANSWERS]
    with stage.step() as step:
        answer_questions(stage, session)
    assert (step.mails, to_answer(stage, "Maya")) == ([("Sam", "TASK")], [])
    read = the_case(stage, "Sam", session)
    assert [one["answer"] for one in read["questions"][:1]] == ["By the link of the mail, on my laptop."]
    assert read["evidence"] == [SCREENSHOT]
    assert (read["dueAt"], [one["id"] for one in mine(stage, "Sam", "INVESTIGATING")]) == (None, [read["id"]])
    hidden = the_case(stage, "Eva", session)
    assert (hidden["questions"], hidden["evidence"]) == ([], [])
    assert answer_questions(stage, session)["code"] == "WRONG_STATE"


def test_what_is_shown_is_of_a_kind_a_size_and_a_digest_that_are_taken(open_stage: OpenStage) -> None:
    stage, session = claimed(open_stage)
    for wrong in (
        {"mediaType": "application/x-msdownload"},
        {"octets": 10 * 1024 * 1024 + 1},
        {"octets": 0},
        {"sha256": str(SCREENSHOT["sha256"]).upper()},
        {"reference": " "},
    ):
        with stage.step() as step:
            answer = answer_questions(stage, session, evidence=[{**SCREENSHOT, **wrong}])
        step.assert_nothing_happened()
        assert answer["code"] == "INVALID_INPUT"
    assert answer_questions(stage, session, answers=ANSWERS[:3])["code"] == "INVALID_INPUT"
    assert (
        answer_questions(stage, session, answers=[*ANSWERS, {"question": "AGE", "answer": "40"}])["code"]
        == "INVALID_INPUT"
    )


def test_a_report_after_the_members_absence_was_recorded_asks_the_questions_too(open_stage: OpenStage) -> None:
    """D-22, M18: by whichever verb the member says so; once staff have decided, the coach says nothing else."""
    stage, session = missed_call(open_stage)
    stage.at("2027-03-25T10:10:00Z")
    with stage.step() as step:
        case = tell(stage, "Maya", "reportNoShow", session)["session"]["cases"][0]
    assert (case["kind"], case["status"], case["dueAt"]) == ("CONTEST", "INVESTIGATING", "2027-04-01T10:10:00Z")
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [("Maya", "EVIDENCE_REQUEST")], [])
    stage.at("2027-03-26T09:00:00Z")
    with stage.step() as step:
        decide(stage, session, "COACH_MISSED")
    assert step.ledger == [
        ("RESTORE", 1, "coaching 2027-03"),
        ("CARRY", 1, "coaching 2027-03 -> RETURN 2027-04-25T09:00:00Z"),
    ]
    assert step.money == [("EARNING_REVERSAL", "Eva", 10000)]
    assert step.mails == [
        ("Eva", "INVESTIGATION_RESULT"),
        ("Maya", "CREDIT_RETURNED"),
        ("Maya", "INVESTIGATION_RESULT"),
    ]
    assert record(stage, "Eva", session, absent="MEMBER")["code"] == "FORBIDDEN"


def test_what_staff_have_left_as_it_was_recorded_the_coach_does_not_amend(open_stage: OpenStage) -> None:
    stage, session = investigated(open_stage)
    stage.at("2027-03-22T12:00:00Z")
    decide(stage, session, "JOIN_INSTRUCTIONS_NOT_FOLLOWED")
    stage.deliver()
    shown = can_record(stage, "Eva", session, reason="WAIVED")
    with stage.step() as step:
        answer = record(stage, "Eva", session, reason="WAIVED")
    step.assert_nothing_happened()
    assert (answer["code"], shown["code"]) == ("FORBIDDEN", "FORBIDDEN")
    history = stage.session(session)["history"]["nodes"]
    assert [one["decision"]["parameter"] for one in history if one["name"] == "CASE_REJECTED"] == ["D-16"]


def test_a_cancellation_on_the_members_behalf_is_contested_without_questions_about_joining(
    open_stage: OpenStage,
) -> None:
    """D-37, D-47: nobody missed that call, so the questions of M18 have no answer, and silence costs nothing."""
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    stage.cancel_at_a_cost("Eva", session, onBehalfOf="MEMBER")
    assert "you may object until Wednesday 24 March 2027" in " ".join(
        stage.message("Maya", "LATE_LOSS")["text"].split()
    )
    stage.at("2027-03-24T10:00:00Z")
    with stage.step() as step:
        case = tell(stage, "Maya", "contestOutcome", session)["session"]["cases"][0]
    assert (case["status"], case["dueAt"], case["questions"]) == ("INVESTIGATING", None, [])
    assert (step.ledger, step.money, step.mails) == ([], [], [("Sam", "TASK")])
    stage.at("2027-04-02T10:00:00Z")
    with stage.step() as step:
        decide(stage, session, "COACH_CANCELLED")
    assert step.ledger == [
        ("RESTORE", 1, "coaching 2027-03"),
        ("CARRY", 1, "coaching 2027-03 -> RETURN 2027-05-02T10:00:00Z"),
    ]
    assert step.money == [("EARNING_REVERSAL", "Eva", 10000)]
    assert step.mails == [("Eva", "CASE_CLOSED"), ("Maya", "CASE_CLOSED")]
    found = stage.session(session)
    assert (found["status"], found["late"], found["disposition"]) == ("CANCELLED", True, "RETURNED")


def test_S_A_16_a_contested_no_show_is_decided_by_staff(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    record(stage, "Eva", session, reason="CLIENT_NO_SHOW")
    stage.at("2027-03-26T09:00:00Z")
    assert checks(stage, "Maya", session)["canContestOutcome"]["allowed"]
    with stage.step() as step:
        answer = tell(stage, "Maya", "contestOutcome", session)
    case = answer["session"]["cases"][0]
    assert (case["kind"], case["status"], case["dueAt"]) == ("CONTEST", "INVESTIGATING", None)
    assert (step.ledger, step.money, step.mails, step.google_calls) == ([], [], [("Sam", "TASK")], [])
    paid = step.difference.before.one("earning", session_id=stage.theatre.local_id(session))
    step.changed_only(
        stands(step, session),
        case_opened(step, session, kind="CONTEST", status="INVESTIGATING", due_at=None, asked=False),
        {"earning": changes((paid["id"],), paid, {"payable_at": None, "version": 2, "changed_at": stage.now})},
        said(step, session, "CASE_OPENED", by="Maya", mails=step.mails),
        team_asked(step, session, by="Maya", due="2027-03-30T22:59:59Z"),
    )
    assert record(stage, "Eva", session, reason="OTHER")["code"] == "WRONG_STATE"

    stage.at("2027-03-29T10:00:00Z")
    with stage.step() as step:
        answer = decide(stage, session, "OTHER")
    assert answer["session"]["cases"][0]["result"] == "UPHELD"
    assert stage.session(session)["disposition"] == "RETURNED"
    assert step.ledger == [
        ("RESTORE", 1, "session 2027-03"),
        ("CARRY", 1, "session 2027-03 -> RETURN 2027-04-28T10:00:00Z"),
    ]
    assert step.money == [("EARNING_REVERSAL", "Eva", 10000)]
    assert step.mails == [("Eva", "CASE_CLOSED"), ("Maya", "CASE_CLOSED")]
    assert step.google_calls == []
    paid = step.difference.before.one("earning", session_id=stage.theatre.local_id(session))
    step.changed_only(
        ended(step, session, by="Sam", status="MISSED", reason="OTHER", fault="none", disposition="RETURNED"),
        case_changed(step, session, status="CLOSED", result="UPHELD", reason="OTHER"),
        cost(step, session, ledger=step.ledger, money=step.money),
        {"earning": changes((paid["id"],), paid, {"status": "REVERSED", "version": 3, "changed_at": stage.now})},
        said(step, session, "OUTCOME_AMENDED", by="Sam", mails=step.mails),
        team_done(step, session, "UPHELD", by="Sam"),
    )


def test_a_second_too_late_nothing_is_contested(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-19T09:00:00Z")
    record(stage, "Eva", session, reason="CLIENT_NO_SHOW")
    stage.at("2027-03-26T09:00:01Z")
    with stage.step() as step:
        answer = tell(stage, "Maya", "contestOutcome", session)
    step.assert_nothing_happened()
    assert answer["code"] == "DEADLINE_PASSED"


def test_of_the_members_own_late_cancellation_there_is_nothing_to_contest(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T10:00:00Z")
    stage.cancel_at_a_cost("Maya", session)
    assert tell(stage, "Maya", "contestOutcome", session)["code"] == "WRONG_STATE"
