"""What became of a session: absences, outcomes and what they cost (Mastered, AceUp, Thrive)."""

from tests.scenarios.starts import OpenStage, after_s_m_01, thrive_session
from tests.scenarios.statements import assert_only_stated, can_record, record


def test_S_M_17_an_absence_is_recorded_after_ten_minutes_and_not_before(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-18T10:09:59Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, absent="MEMBER")
    assert answer["code"] == "TOO_EARLY"
    step.assert_nothing_happened()
    assert can_record(stage, "Eva", session, absent="MEMBER")["possibleFrom"] == "2027-03-18T10:10:00Z"
    stage.at("2027-03-18T10:10:00Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, absent="MEMBER")
    assert (answer["session"]["status"], answer["session"]["reason"]) == ("MISSED", "CLIENT_NO_SHOW")
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason="CLIENT_NO_SHOW",
        fault="member",
        disposition="COUNTED",
        ledger=[("FORFEIT", 1, "coaching 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "NO_SHOW_RECORDED")],
    )
    assert len(stage.google("Eva")) == len(stage.feed("Maya")) == 1


def test_S_V_16_an_absence_recorded_after_the_end_is_counted(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-24T19:00:00Z")
    with stage.step() as step:
        answer = record(stage, "Eva", session, reason="CLIENT_NO_SHOW")
    assert answer["consequence"]["earning"]["minorUnits"] == 10000
    assert_only_stated(
        step,
        session,
        by="Eva",
        event="OUTCOME_RECORDED",
        status="MISSED",
        reason="CLIENT_NO_SHOW",
        fault="member",
        disposition="COUNTED",
        ledger=[("FORFEIT", 1, "PACK session")],
        money=[("EARNING", "Eva", 10000)],
        mails=[("Maya", "OUTCOME_COUNTED")],
    )
