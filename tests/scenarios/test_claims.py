"""AceUp: a cancellation with a claim, whose reason is stated afterwards (S-A-10, S-A-11), and the coach's own move (S-A-12)."""

from tests.scenarios.stage import Stage
from tests.scenarios.starts import BOTH_CANCELLED, BOTH_RESCHEDULED, OpenStage, aceup_paid_session, assert_stands
from tests.scenarios.statements import assert_only_stated, can_state, record, state


def with_a_claim(open_stage: OpenStage) -> tuple[Stage, str]:
    """Seven hours before the start Maya cancels and claims an emergency; nothing is decided yet."""
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T08:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session, claim="EMERGENCY")
    cancelled = answer["session"]
    assert (cancelled["status"], cancelled["late"], cancelled["disposition"]) == ("CANCELLED", True, None)
    step.only_cancelled(
        session,
        by="Maya",
        reason=None,
        fault="none",
        disposition=None,
        late=True,
        undecided="EMERGENCY",
        ledger=[],
        mails=[*BOTH_CANCELLED, ("Eva", "EMERGENCY_QUESTION")],
    )
    assert stage.entitlements("Maya")["session 2027-03"]["held"] == 1
    assert stage.feed("Maya") == stage.google("Eva") == {}
    stage.at("2027-03-18T12:00:00Z")
    return stage, session


def test_S_A_10_a_true_emergency_gives_the_credit_back(open_stage: OpenStage) -> None:
    stage, session = with_a_claim(open_stage)
    with stage.step() as step:
        answer = state(stage, "Eva", session, "CLIENT_EMERGENCY")
    assert (answer["session"]["late"], answer["session"]["undecided"]) == (True, False)
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="REASON_STATED",
        status="CANCELLED",
        reason="CLIENT_EMERGENCY",
        disposition="RETURNED",
        late=True,
        ledger=[
            ("RELEASE", 1, "session 2027-03"),
            ("CARRY", 1, "session 2027-03 -> RETURN 2027-04-17T12:00:00Z"),
        ],
        mails=[("Maya", "CREDIT_RETURNED")],
    )


def test_S_A_11_a_late_cancellation_after_all_counts(open_stage: OpenStage) -> None:
    stage, session = with_a_claim(open_stage)
    shown = can_state(stage, "Eva", session, "CLIENT_CANCELLED_LATE")["consequence"]
    assert (shown["disposition"], shown["earning"]["minorUnits"]) == ("COUNTED", 10000)
    with stage.step() as step:
        state(stage, "Eva", session, "CLIENT_CANCELLED_LATE")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="REASON_STATED",
        status="CANCELLED",
        reason="CLIENT_CANCELLED_LATE",
        fault="member",
        disposition="COUNTED",
        late=True,
        ledger=[("FORFEIT", 1, "session 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "OUTCOME_COUNTED")],
    )


def test_the_reason_is_the_coachs_or_the_teams_to_state(open_stage: OpenStage) -> None:
    stage, session = with_a_claim(open_stage)
    assert state(stage, "Maya", session, "CLIENT_EMERGENCY")["code"] == "FORBIDDEN"
    assert state(stage, "Eva", session, "PLATFORM_FAILURE")["code"] == "REASON_NOT_ALLOWED"
    assert state(stage, "Eva", session, "HELD")["code"] == "REASON_NOT_ALLOWED"
    assert state(stage, "Sam", session, "PLATFORM_FAILURE")["code"] == "REASON_REQUIRED"
    assert record(stage, "Eva", session, held=True)["code"] == "WRONG_STATE"
    answer = state(stage, "Sam", session, "PLATFORM_FAILURE", note="Our video was down.")
    assert answer["session"]["disposition"] == "RETURNED"


def test_a_reason_that_was_stated_is_amended_within_a_week(open_stage: OpenStage) -> None:
    stage, session = with_a_claim(open_stage)
    state(stage, "Eva", session, "CLIENT_EMERGENCY")
    stage.at("2027-03-25T12:00:00Z")
    with stage.step() as step:
        state(stage, "Eva", session, "CLIENT_CANCELLED_LATE")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="REASON_AMENDED",
        status="CANCELLED",
        reason="CLIENT_CANCELLED_LATE",
        fault="member",
        disposition="COUNTED",
        late=True,
        ledger=[("HOLD", 1, "RETURN 2027-04-17T12:00:00Z"), ("FORFEIT", 1, "RETURN 2027-04-17T12:00:00Z")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "OUTCOME_COUNTED")],
    )
    stage.at("2027-03-25T12:00:00.000001Z")
    assert state(stage, "Eva", session, "CLIENT_EMERGENCY")["code"] == "DEADLINE_PASSED"


def test_a_returned_credit_that_is_used_by_now_is_not_taken_back(open_stage: OpenStage) -> None:
    stage, session = with_a_claim(open_stage)
    state(stage, "Eva", session, "CLIENT_EMERGENCY")
    for day in ("2027-04-10T15:00:00Z", "2027-04-11T15:00:00Z", "2027-04-12T15:00:00Z"):
        stage.booked("Maya", "session", "Eva", day)
    with stage.step() as step:
        answer = state(stage, "Eva", session, "CLIENT_CANCELLED_LATE")
    assert answer["code"] == "NO_CREDIT"
    step.assert_nothing_happened()


def test_S_A_12_the_coach_moves_what_the_member_no_longer_may(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    [old] = stage.feed("Maya").values()
    stage.at("2027-03-18T05:00:00Z")
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-19T15:00:00Z")
    assert answer["code"] == "NOTICE_TOO_SHORT"
    step.assert_nothing_happened()
    with stage.step() as step:
        stage.reschedule("Eva", session, "2027-03-19T15:00:00Z")
    step.only_moved(
        session,
        "2027-03-19T15:00:00Z",
        "2027-03-19T15:45:00Z",
        by="Eva",
        reason="COACH_MOVED",
        unconfirmed=True,
        mails=BOTH_RESCHEDULED,
    )
    assert_stands(stage, "2027-03-19T15:00:00Z")
    [new] = stage.feed("Maya").values()
    assert (new.uid, new.sequence) == (old.uid, old.sequence + 1)
