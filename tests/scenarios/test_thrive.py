"""Thrive: the rows of sessions that are cancelled; invites follow with the proposals."""

from tests.scenarios.starts import BOTH_CANCELLED, OpenStage, thrive_session


def test_S_V_13_what_the_coach_cancels_goes_back_into_a_pack_without_end(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-24T16:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Eva", session)
    assert (answer["session"]["status"], answer["session"]["cancelledBy"]) == ("CANCELLED", "COACH")
    step.only_cancelled(
        session,
        by="Eva",
        reason="COACH_CANCELLED",
        fault="coach",
        disposition="RETURNED",
        ledger=[("RELEASE", 1, "PACK session")],
        mails=[*BOTH_CANCELLED, ("Maya", "CREDIT_RETURNED")],
    )
    assert stage.entitlements("Maya")["PACK session"]["available"] == 2
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_V_15_exactly_24_hours_before_is_in_time(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-23T18:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "PACK session")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_V_18_on_the_members_behalf_the_members_notice_counts(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-23T12:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Eva", session, onBehalfOf="MEMBER")
    cancelled = answer["session"]
    assert (cancelled["status"], cancelled["late"]) == ("CANCELLED", False)
    assert (cancelled["cancelledBy"], cancelled["onBehalfOf"]) == ("COACH", "MEMBER")
    step.only_cancelled(
        session,
        by="Eva",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        on_behalf_of="MEMBER",
        ledger=[("RELEASE", 1, "PACK session")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}
