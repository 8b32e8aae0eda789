"""Mastered, S-M-01 … S-M-11: booking, cancelling and moving a call under 48 hours' notice."""

import pytest

from tests.scenarios.starts import (
    BOTH_BOOKED,
    BOTH_CANCELLED,
    BOTH_RESCHEDULED,
    LOST,
    OpenStage,
    after_s_m_01,
    after_s_m_05,
    after_s_m_08,
    instant,
    lose_by_moving,
    mastered,
)

CALL = instant("2027-03-18T10:00:00Z")
LATER = instant("2027-03-25T10:00:00Z")


def test_S_M_01_a_member_books_a_coaching_call(open_stage: OpenStage) -> None:
    stage = mastered(open_stage)
    assert stage.entitlements("Maya")["coaching 2027-03"]["available"] == 1
    with stage.step() as step:
        answer = stage.book("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")
    session = answer["session"]
    assert (session["status"], session["endsAt"]) == ("SCHEDULED", "2027-03-18T10:45:00Z")
    assert not session["provisional"]
    step.only_booked(session, by="Maya", ledger=[("HOLD", 1, "coaching 2027-03")], mails=BOTH_BOOKED)

    mail = stage.message("Maya", "BOOKED")
    links = {link["kind"]: link["url"] for link in mail["links"]}
    assert set(links) == {"RESCHEDULE", "CANCEL", "JOIN"}
    for url in links.values():
        assert url in mail["text"]
        assert url in mail["html"]
    kinds_for_coach = {link["kind"] for link in stage.message("Eva", "BOOKED")["links"]}
    assert not kinds_for_coach & {"RESCHEDULE", "CANCEL"}

    meet = stage.session(session["id"])["conferenceUrl"]
    for who in ("Maya", "Eva"):
        event = stage.feed(who)[CALL]
        assert event.status == "CONFIRMED"
        assert (event.ends_at - event.starts_at).total_seconds() == 45 * 60
        join = stage.session(session["id"], who=who)["joinUrl"]
        assert join in stage.message(who, "BOOKED")["text"]
        # A feed has a link of its own, which is taken back with it.
        shown = {word for word in event.text.split() if "/join/" in word}
        assert len(shown) == 1
        assert {stage.theatre.get(url).headers["Location"] for url in (join, *shown)} == {meet}
    pushed = stage.google("Eva")
    assert set(pushed) == {CALL}
    assert (pushed[CALL]["status"], pushed[CALL]["hangoutLink"]) == ("confirmed", meet)


def test_S_M_02_a_mentor_call_beside_it_is_no_duplicate(open_stage: OpenStage) -> None:
    stage, first = after_s_m_01(open_stage)
    stage.at("2027-03-01T09:05:00Z")
    with stage.step() as step:
        second = stage.book("Maya", "mentor", "Eva", "2027-03-18T14:00:00Z")["session"]
    step.only_booked(second, by="Maya", ledger=[("HOLD", 1, "mentor 2027-03")], mails=BOTH_BOOKED)
    for key in (first, second["id"]):
        seen = stage.session(key)
        assert (seen["status"], seen["provisional"]) == ("SCHEDULED", False)
    both = {CALL, instant("2027-03-18T14:00:00Z")}
    assert set(stage.google("Eva")) == set(stage.feed("Maya")) == set(stage.feed("Eva")) == both


def test_S_M_03_exactly_48_hours_before_is_in_time(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-16T10:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    assert answer["session"]["cancelledBy"] == "MEMBER"
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "coaching 2027-03")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_M_04_a_late_move_without_acknowledgement_is_refused_with_a_preview(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-16T10:00:01Z")
    before = stage.session(session)
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-25T10:00:00Z")
    step.assert_nothing_happened()
    assert (answer["__typename"], answer["code"]) == ("PolicyRefusal", "LATE_CHANGE_NEEDS_ACK")
    preview = answer["check"]["consequence"]
    assert preview["costly"]
    assert (preview["disposition"], preview["resultingStatus"]) == ("COUNTED", "CANCELLED")
    assert [(one["kind"], one["units"]) for one in preview["credits"]] == [("FORFEIT", 1)]
    march = stage.entitlements("Maya")["coaching 2027-03"]
    assert preview["credits"][0]["entitlement"]["id"] == march["id"]
    # Midnight of 1 April in London is 23:00 UTC: summer time has begun.
    assert preview["nextBookableFrom"] == "2027-03-31T23:00:00Z"
    assert answer["check"]["decision"]["row"] == "move-late"
    assert stage.session(session) == before
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == {CALL}


def test_S_M_05_with_acknowledgement_the_call_is_lost(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-16T10:00:01Z")
    assert "2027-03-25T10:00:00Z" in stage.openings(
        "Maya", "coaching", "Eva", "2027-03-25T10:00:00Z", "2027-03-25T11:00:00Z"
    )
    with stage.step() as step:
        answer = lose_by_moving(stage, "Maya", session, "2027-03-25T10:00:00Z")
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", True)
    assert answer["session"]["startsAt"] == "2027-03-18T10:00:00Z"
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED_LATE",
        disposition="COUNTED",
        late=True,
        ledger=[("FORFEIT", 1, "coaching 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=LOST,
    )
    assert "April 2027" in stage.message("Maya", "LATE_LOSS")["text"]
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_M_06_the_month_is_lost_and_the_next_one_can_be_booked(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_05(open_stage)
    stage.at("2027-03-16T10:10:00Z")
    with stage.step() as step:
        answer = stage.book("Maya", "coaching", "Eva", "2027-03-25T10:00:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "NO_CREDIT"

    with stage.step() as step:
        april = stage.book("Maya", "coaching", "Eva", "2027-04-06T09:00:00Z")["session"]
    assert april["status"] == "SCHEDULED"
    step.only_booked(april, by="Maya", ledger=[("HOLD", 1, "coaching 2027-04")], mails=BOTH_BOOKED)
    day = {instant("2027-04-06T09:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == day


def test_a_late_attempt_in_march_against_a_call_of_april_leaves_march_untouched(open_stage: OpenStage) -> None:
    """D-06: what is lost is the month of the call; the following month is the one after that."""
    stage = mastered(open_stage)
    session = stage.booked("Maya", "coaching", "Eva", "2027-04-01T09:00:00Z")
    stage.at("2027-03-30T09:00:01Z")
    with stage.step() as step:
        lose_by_moving(stage, "Maya", session, "2027-04-20T09:00:00Z")
    assert (step.ledger, step.money) == ([("FORFEIT", 1, "coaching 2027-04")], [("EARNING", "Eva", 10000)])
    assert step.mails == LOST
    told = " ".join(stage.message("Maya", "LATE_LOSS")["text"].split())
    assert "one from Tuesday 30 March 2027 on; after the period that is lost, one in May 2027." in told
    assert stage.book("Maya", "coaching", "Eva", "2027-04-20T09:00:00Z")["code"] == "NO_CREDIT"
    with stage.step() as step:
        assert "session" in stage.book("Maya", "coaching", "Eva", "2027-03-31T09:00:00Z")
    assert step.ledger == [("HOLD", 1, "coaching 2027-03")]


def test_S_M_07_a_late_cancellation_is_lost(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    with stage.step() as step:
        answer = stage.cancel_at_a_cost("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", True)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED_LATE",
        disposition="COUNTED",
        late=True,
        ledger=[("FORFEIT", 1, "coaching 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=LOST,
    )
    assert "April 2027" in stage.message("Maya", "LATE_LOSS")["text"]
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_M_08_a_timely_move_keeps_the_session(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    old = {who: stage.feed(who)[CALL] for who in ("Maya", "Eva")}
    old_google = stage.google("Eva")[CALL]
    stage.at("2027-03-15T10:00:00Z")
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-03-25T10:00:00Z")
    moved = answer["session"]
    assert (moved["id"], moved["status"]) == (session, "SCHEDULED")
    assert (moved["startsAt"], moved["endsAt"]) == ("2027-03-25T10:00:00Z", "2027-03-25T10:45:00Z")
    assert not moved["late"]
    step.only_moved(session, "2027-03-25T10:00:00Z", "2027-03-25T10:45:00Z", by="Maya", mails=BOTH_RESCHEDULED)
    for who in ("Maya", "Eva"):
        feed = stage.feed(who)
        assert set(feed) == {LATER}
        assert (feed[LATER].uid, feed[LATER].sequence) == (old[who].uid, old[who].sequence + 1)
    new_google = stage.google("Eva")
    assert set(new_google) == {LATER}
    assert new_google[LATER]["id"] == old_google["id"]
    assert new_google[LATER]["sequence"] == old_google.get("sequence", 0) + 1
    assert new_google[LATER]["hangoutLink"] == old_google["hangoutLink"]
    hour = ("2027-03-18T10:00:00Z", "2027-03-18T11:00:00Z")
    assert "2027-03-18T10:00:00Z" in stage.openings("Maya", "coaching", "Eva", *hour)


def test_S_M_09_notice_runs_to_the_present_start(open_stage: OpenStage) -> None:
    stage, session = after_s_m_08(open_stage)
    stage.at("2027-03-23T09:59:59Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "coaching 2027-03")],
        mails=BOTH_CANCELLED,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_M_10_a_call_stays_in_its_month(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    assert stage.entitlements("Maya")["coaching 2027-04"]["available"] == 1
    stage.at("2027-03-10T10:00:00Z")
    before = stage.session(session)
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-04-06T09:00:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "OUT_OF_PERIOD"
    assert answer["check"]["decision"]["row"] == "move-elsewhere"
    assert stage.session(session) == before
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == {CALL}


@pytest.mark.parametrize(
    ("booked_at", "accepted"),
    [("2027-03-20T23:59:59+00:00", True), ("2027-03-21T00:00:00+00:00", False)],
    ids=["a", "b"],
)
def test_S_M_11_the_booking_deadline_counts_to_its_last_second(
    open_stage: OpenStage, booked_at: str, *, accepted: bool
) -> None:
    stage = open_stage("mastered", at="2027-03-01T09:00:00Z")
    stage.publish('extends = "mastered"\n[booking]\ndeadline_day = 20\n')
    stage.coach("Eva", kinds=["coaching"])
    stage.member("Maya", "Eva")
    stage.cancel("Maya", stage.booked("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z"))
    stage.at(booked_at)
    with stage.step() as step:
        answer = stage.book("Maya", "coaching", "Eva", "2027-03-30T09:00:00Z")
    if not accepted:
        step.assert_nothing_happened()
        assert answer["code"] == "BOOKING_DEADLINE_PASSED"
        assert stage.feed("Maya") == stage.google("Eva") == {}
        return
    assert answer["session"]["status"] == "SCHEDULED"
    step.only_booked(answer["session"], by="Maya", ledger=[("HOLD", 1, "coaching 2027-03")], mails=BOTH_BOOKED)
    day = {instant("2027-03-30T09:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == day
