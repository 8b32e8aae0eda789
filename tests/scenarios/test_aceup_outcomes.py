"""AceUp: the coach declares what became of a session (S-A-01 … S-A-07, S-A-13 … S-A-15, S-A-22, S-X-12)."""

from typing import Any

import pytest

from tests.scenarios.expected import Expected
from tests.scenarios.footprint import events, sent
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup, aceup_paid_session, assert_stands
from tests.scenarios.statements import assert_only_stated, can_record, record

SIX = (
    "CLIENT_EMERGENCY",
    "COACH_EMERGENCY",
    "COACH_MISSED",
    "OTHER",
    "CLIENT_NO_SHOW",
    "CLIENT_CANCELLED_LATE",
)
FAULTS = {"COACH_EMERGENCY": "coach", "COACH_MISSED": "coach"}
RECORDED = "2027-03-19T09:00:00Z"


def after_s_a_01(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-A-01: the session of 18 March is over and awaits its outcome."""
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:45:00Z")
    return stage, session


def after_s_a_05(open_stage: OpenStage) -> tuple[Stage, str]:
    """The result of S-A-05: Eva has recorded that Maya did not come."""
    stage, session = after_s_a_01(open_stage)
    stage.at(RECORDED)
    assert "session" in record(stage, "Eva", session, reason="CLIENT_NO_SHOW")
    stage.deliver()
    return stage, session


def test_S_A_01_at_the_end_the_coach_is_asked(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:44:59.999999Z")
    with stage.step() as step:
        stage.at("2027-03-18T15:45:00Z")
    key = stage.theatre.local_id(session)
    assert step.ledger == step.money == step.google_calls == []
    assert step.mails == [("Eva", "OUTCOME_PROMPT")]
    before = step.difference.before.one("session", id=key)
    done = {"done_at": stage.now, "attempts": 0}
    ended = next(
        row for row in step.difference.before.of("due_work") if row["kind"] == "SESSION_END" and row["object_id"] == key
    )
    prompts = [
        {"kind": "OUTCOME_PROMPT", "fires_at": at, "object_id": key, **more}
        for at, more in (
            (stage.now, {"done_at": stage.now}),
            ("2027-03-19T15:45:00Z", {"done_at": None}),
            ("2027-03-21T15:45:00Z", {"done_at": None}),
            ("2027-03-25T15:45:00Z", {"done_at": None}),
        )
    ]
    step.changed_only(
        {
            "session": Expected(
                changed={
                    (key,): {
                        "status": "AWAITING_OUTCOME",
                        "version": before["version"] + 1,
                        "changed_at": stage.now,
                    }
                }
            ),
            "due_work": Expected(added=prompts, changed={(ended["id"],): {"done_at": done["done_at"]}}),
        },
        events(step, ("SESSION_ENDED", None, ("Eva", "Maya")), ("OUTCOME_ASKED", None, ("Eva", "Maya"))),
        sent(step, [("Eva", "OUTCOME_PROMPT")], session=key),
    )
    prompt = stage.message("Eva", "OUTCOME_PROMPT")
    assert "Did the session happen?" in prompt["text"]
    assert [link["kind"] for link in prompt["links"]] == ["OUTCOME"]


def test_S_A_02_a_held_session_is_used_and_paid(open_stage: OpenStage) -> None:
    stage, session = after_s_a_01(open_stage)
    with stage.step() as step:
        answer = record(stage, "Eva", session, held=True)
    assert (answer["session"]["status"], answer["session"]["reason"]) == ("COMPLETED", "HELD")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="COMPLETED",
        reason="HELD",
        disposition="CONSUMED",
        ledger=[("CONSUME", 1, "session 2027-03")],
        money=[("EARNING", "Eva", 10000)],
    )
    history = stage.session(session)["history"]["nodes"]
    assert "Eva stated that the session was held" in history[-1]["sentence"]


def test_S_A_03_what_did_not_occur_needs_a_reason(open_stage: OpenStage) -> None:
    stage, session = after_s_a_01(open_stage)
    with stage.step() as step:
        answer = record(stage, "Eva", session, held=False)
    assert answer["code"] == "REASON_REQUIRED"
    step.assert_nothing_happened()


@pytest.mark.parametrize("reason", SIX[:4])
def test_S_A_04_what_the_member_is_not_blamed_for_is_returned(open_stage: OpenStage, reason: str) -> None:
    stage, session = after_s_a_01(open_stage)
    stage.at(RECORDED)
    with stage.step() as step:
        record(stage, "Eva", session, reason=reason)
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason=reason,
        fault=FAULTS.get(reason, "none"),
        disposition="RETURNED",
        ledger=[
            ("RELEASE", 1, "session 2027-03"),
            ("CARRY", 1, "session 2027-03 -> RETURN 2027-04-18T09:00:00Z"),
        ],
        mails=[("Maya", "CREDIT_RETURNED")],
    )
    assert_stands(stage, "2027-03-18T15:00:00Z")


@pytest.mark.parametrize("reason", SIX[4:])
def test_S_A_05_what_the_member_is_blamed_for_counts_and_is_paid_after_a_week(
    open_stage: OpenStage, reason: str
) -> None:
    stage, session = after_s_a_01(open_stage)
    stage.at(RECORDED)
    with stage.step() as step:
        record(stage, "Eva", session, reason=reason)
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason=reason,
        fault="member",
        late=reason == "CLIENT_CANCELLED_LATE",
        disposition="COUNTED",
        ledger=[("FORFEIT", 1, "session 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "OUTCOME_COUNTED")],
    )
    assert_stands(stage, "2027-03-18T15:00:00Z")
    march = stage.entitlements("Maya")["session 2027-03"]
    # It counts towards the programme as a session that took place does: one of two is gone (A13).
    assert (march["available"], march["held"], march["used"], march["forfeited"]) == (1, 0, 0, 1)
    told = stage.message("Maya", "OUTCOME_COUNTED")["text"]
    assert "you may object until Friday 26 March 2027, 09:00" in " ".join(told.split())
    assert earning(stage, session)["status"] == "PENDING"
    stage.at("2027-03-26T09:00:00Z")
    assert earning(stage, session)["status"] == "PENDING"
    stage.at("2027-03-26T09:00:00.000001Z")
    assert earning(stage, session)["status"] == "PAYABLE"


def earning(stage: Stage, session: str, who: str = "Eva") -> Any:
    """What the session has earned its coach, as this person reads it."""
    document = """
    query Earning($id: ID!) { node(id: $id) { ... on Session {
      earning { id version status payableAt payout amount { minorUnits } } } } }
    """
    return stage.ask(who, document, id=session)["node"]["earning"]


@pytest.mark.parametrize("reason", SIX)
def test_S_A_06_a_complimentary_consultation_always_goes_back(open_stage: OpenStage, reason: str) -> None:
    stage = aceup(open_stage)
    session = stage.booked("Maya", "consultation", "Eva", "2027-03-18T15:00:00Z")
    stage.at("2027-03-18T15:30:00Z")
    with stage.step() as step:
        record(stage, "Eva", session, reason=reason)
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason=reason,
        fault=FAULTS.get(reason, "member" if reason in SIX[4:] else "none"),
        late=reason == "CLIENT_CANCELLED_LATE",
        disposition="RETURNED",
        mails=[("Maya", "BOOK_AGAIN")],
    )
    assert_stands(stage, "2027-03-18T15:00:00Z")


def test_S_A_07_the_preview_says_what_a_reason_leads_to(open_stage: OpenStage) -> None:
    stage, session = after_s_a_01(open_stage)
    with stage.step() as step:
        counted = can_record(stage, "Eva", session, reason="CLIENT_NO_SHOW")["consequence"]
        returned = can_record(stage, "Eva", session, reason="OTHER")["consequence"]
    step.assert_nothing_happened()
    assert (counted["disposition"], counted["earning"]["minorUnits"]) == ("COUNTED", 10000)
    assert (returned["disposition"], returned["earning"]) == ("RETURNED", None)


def test_S_A_13_the_coach_may_answer_at_any_time(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    with stage.step() as step:
        stage.at("2027-04-27T15:45:00Z")
    prompts = [row for row in step.difference.added("notification") if row["code"] == "OUTCOME_PROMPT"]
    assert [row["created_at"][:16] for row in sorted(prompts, key=lambda row: row["id"])] == [
        "2027-03-18T15:45",
        "2027-03-19T15:45",
        "2027-03-21T15:45",
        "2027-03-25T15:45",
    ]
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    with stage.step() as step:
        record(stage, "Eva", session, held=True)
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="COMPLETED",
        reason="HELD",
        disposition="CONSUMED",
        ledger=[("CONSUME", 1, "session 2027-03")],
        money=[("EARNING", "Eva", 10000)],
    )


def assert_amended(open_stage: OpenStage, at: str, lot_until: str, *, by: str = "Eva", **more: Any) -> None:
    """At this instant the absence of S-A-05 is amended to an emergency: everything is taken back."""
    stage, session = after_s_a_05(open_stage)
    stage.at(at)
    with stage.step() as step:
        answer = record(stage, by, session, reason="CLIENT_EMERGENCY", **more)
    assert answer["session"]["status"] == "MISSED", answer
    assert_only_stated(
        step,
        session,
        by=by,
        event="OUTCOME_AMENDED",
        status="MISSED",
        reason="CLIENT_EMERGENCY",
        disposition="RETURNED",
        ledger=[
            ("RESTORE", 1, "session 2027-03"),
            ("CARRY", 1, f"session 2027-03 -> RETURN {lot_until}"),
        ],
        money=[("EARNING_REVERSAL", "Eva", 10000)],
        mails=[("Maya", "CREDIT_RETURNED")],
    )
    assert earning(stage, session)["status"] == "REVERSED"


def test_S_A_14_an_amended_outcome_takes_everything_back(open_stage: OpenStage) -> None:
    assert_amended(open_stage, "2027-03-24T09:00:00Z", "2027-04-23T09:00:00Z")


def test_S_A_22_exactly_seven_days_later_the_coach_may_still_amend(open_stage: OpenStage) -> None:
    assert_amended(open_stage, "2027-03-26T09:00:00Z", "2027-04-25T09:00:00Z")


def test_S_A_15_a_second_later_only_staff_may(open_stage: OpenStage) -> None:
    stage, session = after_s_a_05(open_stage)
    stage.at("2027-03-26T09:00:01Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, reason="CLIENT_EMERGENCY")
    assert answer["code"] == "DEADLINE_PASSED"
    step.assert_nothing_happened()
    assert_amended(
        open_stage, "2027-03-26T09:00:01Z", "2027-04-25T09:00:01Z", by="Sam", note="Her doctor's letter is here."
    )


def test_S_A_20_what_was_missed_is_not_rescheduled_by_the_member(open_stage: OpenStage) -> None:
    """A8: the next session is agreed with the coach; self-service does not move a session that is over."""
    stage, session = after_s_a_05(open_stage)
    shown = stage.checks("Maya", session, to="2027-03-25T15:00:00Z")["canReschedule"]
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-25T15:00:00Z")
    assert (shown["allowed"], shown["code"], answer["code"]) == (False, "WRONG_STATE", "WRONG_STATE")
    step.assert_nothing_happened()


def test_S_X_12_the_member_does_not_record_the_outcome(open_stage: OpenStage) -> None:
    stage, session = after_s_a_01(open_stage)
    wishes: list[dict[str, Any]] = [{"held": True}, {"held": False}, {"reason": "OTHER"}, {"absent": "COACH"}]
    for words in wishes:
        with stage.step() as step:
            answer = record(stage, "Maya", session, **words)
        assert answer["code"] == "FORBIDDEN"
        step.assert_nothing_happened()


def test_S_X_03_a_stranger_does_not_learn_of_the_session(open_stage: OpenStage) -> None:
    stage, session = after_s_a_01(open_stage)
    stage.coach("Dan", kinds=["session"])
    with stage.step() as step:
        answer = record(stage, "Dan", session, held=True, ifVersion=1)
    assert answer["code"] == "NOT_FOUND"
    step.assert_nothing_happened()
