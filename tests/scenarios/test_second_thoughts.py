"""What people say after something was said already: contests, amendments and offers that meet each other (D-22, D-33, D-47, MODEL 5.1, 5.2, 5.4)."""

from typing import Any

from tests.scenarios import documents
from tests.scenarios.answers import accept, proposal, the_proposal
from tests.scenarios.cases import cases, checks, tell, the_case
from tests.scenarios.payments import pay
from tests.scenarios.starts import OpenStage, aceup_paid_session
from tests.scenarios.statements import can_record, record, state
from tests.scenarios.test_cases import OFFER, OPENED, PRICE_BACK, held_elsewhere, offered, paid_call, reported
from tests.scenarios.test_earnings import earning
from tests.scenarios.test_topmate import CALL, LOT, topmate

MARCH = "session 2027-03"
CLOSED = [("Eva", "CASE_CLOSED"), ("Maya", "CASE_CLOSED")]


def test_a_report_after_the_coachs_record_of_an_absence_contests_it(open_stage: OpenStage) -> None:
    """D-22: each says that the other was absent; the later word of the member is a contest, and staff decide."""
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:15:00Z")
    record(stage, "Eva", session, absent="MEMBER")
    # The window of a report, seven days from the end, outlasts that of a contest, seven days from the record.
    stage.at("2027-03-25T15:45:00Z")
    shown = checks(stage, "Maya", session)
    assert (shown["canReportNoShow"]["allowed"], shown["canReportNoShow"]["deadlineAt"]) == (True, stage.now)
    assert shown["canContestOutcome"]["code"] == "DEADLINE_PASSED"
    with stage.step() as step:
        tell(stage, "Maya", "reportNoShow", session)
    assert (step.ledger, step.money, step.mails) == ([], [], [("Sam", "TASK")])
    case = the_case(stage, "Maya", session)
    assert (case["kind"], case["status"], earning(stage, session)["status"]) == ("CONTEST", "INVESTIGATING", "PENDING")
    with stage.step() as step:
        tell(stage, "Sam", "decideCase", session, held=False, absent="COACH", note="Nobody opened the room.")
    assert step.ledger == [("RESTORE", 1, MARCH), ("CARRY", 1, f"{MARCH} -> RETURN 2027-04-24T15:45:00Z")]
    assert (step.money, step.mails) == ([("EARNING_REVERSAL", "Eva", 10000)], CLOSED)

    other = stage.booked("Maya", "session", "Eva", "2027-03-30T15:00:00Z")
    stage.at("2027-03-30T15:15:00Z")
    record(stage, "Eva", other, absent="MEMBER")
    stage.at("2027-04-06T15:45:00.000001Z")
    with stage.step() as step:
        assert tell(stage, "Maya", "reportNoShow", other)["code"] == "REPORT_WINDOW_CLOSED"
    step.assert_nothing_happened()


def test_while_a_late_cancellation_is_contested_only_staff_say_why_it_was(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T08:00:00Z")
    stage.cancel("Maya", session, claim="EMERGENCY")
    state(stage, "Eva", session, "CLIENT_CANCELLED_LATE")
    tell(stage, "Maya", "contestOutcome", session)
    stage.deliver()
    for who, note in (("Eva", None), ("Sam", "The letter is here.")):
        with stage.step() as step:
            assert state(stage, who, session, "CLIENT_EMERGENCY", note=note)["code"] == "WRONG_STATE"
        step.assert_nothing_happened()
    with stage.step() as step:
        tell(stage, "Sam", "decideCase", session, held=False, reason="CLIENT_EMERGENCY", note="The letter is here.")
    assert (step.money, step.mails) == ([("EARNING_REVERSAL", "Eva", 10000)], CLOSED)


def test_what_was_given_back_and_is_said_to_be_held_after_all_is_reported_again(open_stage: OpenStage) -> None:
    """D-47: whatever a coach says at the member's cost can be contested."""
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T16:00:00Z")
    tell(stage, "Maya", "reportNoShow", session)
    record(stage, "Eva", session, reason="COACH_EMERGENCY")
    stage.at("2027-03-19T16:00:00Z")
    back = "RETURN 2027-04-17T16:00:00Z"
    with stage.step() as step:
        record(stage, "Eva", session, held=True)
    assert (step.ledger, step.money) == ([("HOLD", 1, back), ("CONSUME", 1, back)], [("EARNING", "Eva", 10000)])
    stage.at("2027-03-26T16:00:00Z")
    with stage.step() as step:
        tell(stage, "Maya", "reportNoShow", session)
    assert step.mails == [("Eva", "CASE_OPENED"), ("Maya", "CASE_OPENED"), ("Sam", "TASK")]
    assert [(one["status"], one["result"]) for one in cases(stage, "Eva", session)] == [
        ("CLOSED", "RETURNED"),
        ("INVESTIGATING", None),
    ]


def test_after_72_hours_of_silence_the_coach_is_too_late_for_every_answer(open_stage: OpenStage) -> None:
    stage, session = reported(open_stage)
    stage.at("2027-03-21T15:10:00.000001Z")
    for answer in (
        record(stage, "Cora", session, held=True, reason="HELD_ELSEWHERE"),
        record(stage, "Cora", session, absent="MEMBER"),
        tell(stage, "Cora", "offerRebooking", session),
    ):
        assert (answer["code"], answer["check"]["decision"]["parameter"]) == ("DEADLINE_PASSED", "case.resolve_within")
    assert record(stage, "Sam", session, held=True, note="They talked.")["code"] == "WRONG_STATE"


def test_a_call_whose_place_was_taken_is_not_amended(open_stage: OpenStage) -> None:
    stage, session = offered(open_stage)
    accept(stage, "Nora", the_proposal(stage, "Nora", session)["id"], at="2027-04-20T15:00:00Z")
    stage.deliver()
    words: list[dict[str, Any]] = [
        {"reason": "COACH_EMERGENCY"},
        {"reason": "OTHER"},
        {"absent": "MEMBER"},
        {"held": True},
    ]
    for who, note in (("Cora", None), ("Sam", "On second thoughts.")):
        for said in words:
            with stage.step() as step:
                assert record(stage, who, session, note=note, **said)["code"] == "WRONG_STATE"
            step.assert_nothing_happened()


def test_what_the_coach_takes_back_is_refunded_once_and_what_they_put_against_the_member_can_be_contested(
    open_stage: OpenStage,
) -> None:
    """D-33: a dispute is about a session that is said to be held; once the coach says otherwise, that counts."""
    stage, session = held_elsewhere(open_stage)
    record(stage, "Cora", session, reason="COACH_MISSED")
    stage.deliver()
    with stage.step() as step:
        assert tell(stage, "Nora", "contestOutcome", session)["code"] == "WRONG_STATE"
    step.assert_nothing_happened()

    pay(stage, "Nora", "call", 6000, reference="pay_2")
    other = stage.booked("Nora", "call", "Cora", "2027-03-22T15:00:00Z")
    stage.at("2027-03-22T15:30:00Z")
    tell(stage, "Nora", "reportNoShow", other)
    record(stage, "Cora", other, held=True)
    with stage.step() as step:
        record(stage, "Cora", other, absent="MEMBER")
    assert step.mails == [("Nora", "OUTCOME_COUNTED")]
    # What the message says: seven days, not the three in which a session that was held is disputed.
    stage.at("2027-03-29T15:30:00Z")
    assert "session" in tell(stage, "Nora", "contestOutcome", other)
    with stage.step() as step:
        tell(stage, "Sam", "decideCase", other, held=False, absent="COACH", note="Cora has said both.")
    assert step.ledger == [("RESTORE", 1, LOT), ("REVOKE", 1, LOT)]
    assert step.money == [("EARNING_REVERSAL", "Cora", 5000), *PRICE_BACK]


def test_a_newer_offer_takes_the_place_of_an_older_one_until_it_has_answered_a_report(open_stage: OpenStage) -> None:
    stage, session = paid_call(open_stage)
    stage.at("2027-03-19T10:00:00Z")
    tell(stage, "Cora", "offerRebooking", session)
    older = the_proposal(stage, "Nora", session)
    stage.at("2027-04-02T10:00:00Z")
    with stage.step() as step:
        tell(stage, "Cora", "offerRebooking", session)
    assert (step.ledger, step.money, step.mails) == ([], [], OFFER)
    newer = the_proposal(stage, "Nora", session)
    assert (proposal(stage, "Nora", older["id"])["status"], newer["answerUntil"]) == (
        "SUPERSEDED",
        "2027-04-16T10:00:00Z",
    )
    assert accept(stage, "Nora", older["id"], at="2027-04-20T15:00:00Z")["code"] == "NOT_PENDING"
    with stage.step() as step:
        stage.at("2027-04-02T10:00:01Z")
    assert (step.mails, stage.session(session)["status"]) == ([], "AWAITING_OUTCOME")
    accept(stage, "Nora", newer["id"], at="2027-04-20T15:00:00Z")
    (new,) = stage.ask("Nora", UPCOMING)["viewer"]["upcomingSessions"]["nodes"]
    stage.at("2027-04-20T15:10:00Z")
    with stage.step() as step:
        tell(stage, "Nora", "reportNoShow", new["id"])
    assert step.mails == OPENED
    tell(stage, "Cora", "offerRebooking", new["id"])
    assert tell(stage, "Cora", "offerRebooking", new["id"])["code"] == "WRONG_STATE"


UPCOMING = "{ viewer { upcomingSessions(first: 5) { nodes { id } } } }"


def test_a_price_in_yen_is_paid_named_and_refunded_without_hundredths(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    stage.publish('extends = "topmate"\ncurrency = "JPY"\nkinds.call.price = "6000"\n')
    pay(stage, "Nora", "call", 6000, amount={"minorUnits": 6000, "currency": "JPY"})
    session = stage.booked("Nora", "call", "Cora", CALL)
    with stage.step() as step:
        stage.cancel("Cora", session)
    assert step.money == PRICE_BACK
    assert "6000 JPY" in stage.message("Nora", "REFUNDED")["text"]


def test_a_call_that_was_given_back_is_refunded_when_the_coach_says_that_they_missed_it(open_stage: OpenStage) -> None:
    """D-30: the new reason has all its terms; where the unit is in use again it cannot be amended."""
    stage, session = paid_call(open_stage)
    stage.at("2027-03-18T15:30:00Z")
    record(stage, "Cora", session, reason="OTHER")
    again = stage.booked("Nora", "call", "Cora", "2027-03-20T15:00:00Z")
    with stage.step() as step:
        assert record(stage, "Cora", session, reason="COACH_MISSED")["code"] == "NO_CREDIT"
    step.assert_nothing_happened()
    stage.at("2027-03-20T15:30:00Z")
    record(stage, "Cora", again, reason="OTHER")
    stage.deliver()
    shown = can_record(stage, "Cora", again, reason="COACH_MISSED")["consequence"]
    with stage.step() as step:
        answer = record(stage, "Cora", again, reason="COACH_MISSED")
    assert answer["consequence"] == shown
    assert (answer["session"]["disposition"], step.ledger) == ("REFUNDED", [("REVOKE", 1, LOT)])
    assert (step.money, step.mails) == (PRICE_BACK, [("Nora", "REFUNDED")])


def test_what_staff_say_after_they_were_for_the_member_can_be_contested_as_its_message_says(
    open_stage: OpenStage,
) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T16:00:00Z")
    record(stage, "Eva", session, absent="MEMBER")
    tell(stage, "Maya", "contestOutcome", session)
    tell(stage, "Sam", "decideCase", session, held=False, reason="OTHER", note="Nobody knows.")
    assert record(stage, "Eva", session, absent="MEMBER")["code"] == "FORBIDDEN"
    record(stage, "Sam", session, absent="MEMBER", note="The log has turned up.")
    assert "you may object until" in " ".join(stage.message("Maya", "OUTCOME_COUNTED")["text"].split())
    assert "session" in tell(stage, "Maya", "contestOutcome", session)
    tell(stage, "Sam", "decideCase", session, held=False, absent="MEMBER", note="It is genuine.")
    assert tell(stage, "Maya", "contestOutcome", session)["code"] == "WRONG_STATE"


def test_an_offer_of_before_the_start_that_lapses_after_it_lets_the_member_report(open_stage: OpenStage) -> None:
    """D-52: whoever waited for the answer to an offer has 72 hours from then."""
    stage, session = paid_call(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    tell(stage, "Cora", "offerRebooking", session)
    stage.at("2027-03-31T10:00:00.000001Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    stage.at("2027-04-03T10:00:00Z")
    with stage.step() as step:
        tell(stage, "Nora", "reportNoShow", session)
    assert step.mails == OPENED


def test_at_aceup_a_member_has_a_consultation_with_each_coach_and_then_chooses(open_stage: OpenStage) -> None:
    """D-20: complimentary consultations are the calls between which a member chooses there."""
    stage = open_stage("aceup", at="2027-03-01T09:00:00Z")
    for name in ("Eva", "Cora"):
        stage.coach(name, kinds=["session", "consultation"])
    stage.person("Leo", "MEMBER")
    answer = stage.tell(
        "Sam",
        documents.ENROL,
        member=stage.gid("Leo"),
        coaches=[],
        candidates=[stage.gid("Eva"), stage.gid("Cora")],
        idempotencyKey=stage.key(),
    )
    assert "membership" in answer, answer
    first = stage.booked("Leo", "consultation", "Eva", "2027-03-10T15:00:00Z")
    stage.booked("Leo", "consultation", "Cora", "2027-03-11T15:00:00Z")
    assert stage.book("Leo", "session", "Eva", "2027-03-12T15:00:00Z")["code"] == "NOT_FOUND"
    stage.at("2027-03-10T15:30:00Z")
    with stage.step() as step:
        record(stage, "Eva", first, held=True)
    assert (step.ledger, step.money) == ([], [])
