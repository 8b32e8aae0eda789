"""Statements under rules that no preset has: fees, silence, the member's own confirmation (S-Y-08, D-56, D-58, D-64)."""

from tests.scenarios.cases import team_tasks
from tests.scenarios.stage import Stage
from tests.scenarios.starts import BOTH_CANCELLED, OpenStage, sixth_platform
from tests.scenarios.statements import assert_only_stated, record, state

SILENCE = """
extends = "aceup"

[change]
rules = [
  {id = "cancel", by = "MEMBER", action = "CANCEL", notice = "PT24H", then = "DO", reason = "CLIENT_CANCELLED"},
  {id = "emergency", by = "MEMBER", action = "CANCEL", claim = "EMERGENCY", then = "DECIDE", decided_by = "STAFF", decide_within = "P2D", on_silence = "CLIENT_CANCELLED_LATE"},
  {id = "cancel-late", by = "MEMBER", action = "CANCEL", then = "DO", reason = "CLIENT_CANCELLED_LATE"},
  {id = "move", by = "MEMBER", action = "MOVE", then = "DO", reason = "CLIENT_MOVED"},
  {id = "coach-cancel", by = "COACH", action = "CANCEL", then = "DO", reason = "COACH_CANCELLED"},
  {id = "coach-move", by = "COACH", action = "MOVE", then = "DO", reason = "COACH_MOVED"},
]
"""


def published(open_stage: OpenStage, document: str) -> tuple[Stage, str]:
    """AceUp with what differs, and Maya's session with Eva on 18 March, 15:00Z."""
    stage = open_stage("aceup", at="2027-03-01T09:00:00Z")
    stage.publish(document)
    stage.coach("Eva", kinds=["session", "consultation"])
    stage.member("Maya", "Eva")
    return stage, stage.booked("Maya", "session", "Eva", "2027-03-18T15:00:00Z")


def test_S_Y_08_an_absence_may_cost_a_fee(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-18T10:10:00Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, absent="MEMBER")
    assert answer["session"]["status"] == "MISSED"
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason="CLIENT_NO_SHOW",
        fault="member",
        disposition="COUNTED",
        ledger=[("FORFEIT", 2, "PACK session")],
        money=[("EARNING", "Eva", 10000), ("CHARGE", "Maya", 2000)],
        mails=[("Maya", "NO_SHOW_RECORDED"), ("Maya", "FEE_CHARGED")],
    )


def test_an_amendment_gives_the_fee_back(open_stage: OpenStage) -> None:
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-18T10:10:00Z")
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-03-18T10:20:00Z")
    with stage.step() as step:
        record(stage, "Eva", session, reason="OTHER")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_AMENDED",
        status="MISSED",
        reason="OTHER",
        disposition="RETURNED",
        ledger=[("RESTORE", 2, "PACK session")],
        money=[("EARNING_REVERSAL", "Eva", 10000), ("REFUND", "Maya", 2000)],
        mails=[("Maya", "CREDIT_RETURNED"), ("Maya", "REFUNDED")],
    )
    assert stage.entitlements("Maya")["PACK session"]["available"] == 8


def test_silence_gives_its_reason_as_of_the_deadline(open_stage: OpenStage) -> None:
    stage, session = published(open_stage, SILENCE)
    stage.at("2027-03-18T08:00:00Z")
    with stage.step() as step:
        stage.cancel("Maya", session, claim="EMERGENCY")
    assert step.mails == sorted([*BOTH_CANCELLED, ("Sam", "EMERGENCY_QUESTION")])
    assert team_tasks(stage) == [("REASON_ASKED", "OPEN", None)]
    assert state(stage, "Eva", session, "CLIENT_EMERGENCY")["code"] == "FORBIDDEN"
    stage.at("2027-03-20T08:00:00Z")
    assert stage.session(session)["disposition"] is None
    with stage.step() as step:
        stage.at("2027-03-20T08:00:01Z", run_timers=False)
        assert stage.session(session)["disposition"] == "COUNTED"
    row = step.difference.after.one("session", id=stage.theatre.local_id(session))
    assert (row["reason"], row["stated_by"], row["undecided"]) == ("CLIENT_CANCELLED_LATE", "SYSTEM", False)
    entry = next(iter(step.difference.added("ledger_entry")))
    assert (entry["kind"], entry["effective_at"][:19], entry["recorded_at"][:19]) == (
        "FORFEIT",
        "2027-03-20T08:00:00",
        "2027-03-20T08:00:01",
    )
    assert step.mails == [("Maya", "OUTCOME_COUNTED")]
    assert team_tasks(stage) == [("REASON_ASKED", "DONE", "SILENCE")]
    assert step.difference.after.one("earning")["status"] == "PAYABLE"


def test_a_reason_that_was_stated_in_time_is_not_overtaken_by_silence(open_stage: OpenStage) -> None:
    stage, session = published(open_stage, SILENCE)
    stage.at("2027-03-18T08:00:00Z")
    stage.cancel("Maya", session, claim="EMERGENCY")
    stage.at("2027-03-20T08:00:00Z")
    answer = state(stage, "Sam", session, "CLIENT_EMERGENCY", note="The clinic confirms it.")
    assert answer["session"]["disposition"] == "RETURNED"
    assert team_tasks(stage) == [("REASON_ASKED", "DONE", "STATED")]
    stage.at("2027-03-21T08:00:00Z")
    assert stage.session(session)["disposition"] == "RETURNED"


def test_a_member_who_may_confirm_completes_the_session_for_good(open_stage: OpenStage) -> None:
    stage, session = published(open_stage, 'extends = "aceup"\n[outcome]\nmember_may_confirm = true\n')
    stage.at("2027-03-18T15:30:00Z")
    assert record(stage, "Maya", session, held=True)["code"] == "TOO_EARLY"
    stage.at("2027-03-18T15:45:00Z")
    assert record(stage, "Maya", session, reason="OTHER")["code"] == "FORBIDDEN"
    answer = record(stage, "Maya", session, held=True)
    assert (answer["session"]["status"], answer["session"]["statedBy"]) == ("COMPLETED", "MEMBER")
    assert record(stage, "Eva", session, reason="CLIENT_NO_SHOW")["code"] == "FORBIDDEN"
    amended = record(stage, "Sam", session, reason="BOTH_ABSENT", note="Both say so.")
    assert (amended["session"]["status"], amended["session"]["disposition"]) == ("MISSED", "RETURNED")
