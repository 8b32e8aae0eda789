"""AceUp: booking, cancelling and moving rows."""

from tests.scenarios.starts import (
    BOTH_BOOKED,
    BOTH_CANCELLED,
    BOTH_RESCHEDULED,
    LOST,
    OpenStage,
    aceup,
    aceup_paid_session,
    instant,
)


def test_S_A_08_exactly_24_hours_before_is_in_time(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-17T15:00:00Z")
    with stage.step() as step:
        answer = stage.cancel("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", False)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED",
        disposition="RELEASED",
        ledger=[("RELEASE", 1, "session 2027-03")],
        mails=BOTH_CANCELLED,
    )
    march = stage.entitlements("Maya")["session 2027-03"]
    assert (march["available"], march["held"]) == (2, 0)
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_A_09_a_late_cancellation_without_emergency_is_lost(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-17T15:00:01Z")
    with stage.step() as step:
        answer = stage.cancel_at_a_cost("Maya", session)
    assert (answer["session"]["status"], answer["session"]["late"]) == ("CANCELLED", True)
    step.only_cancelled(
        session,
        by="Maya",
        reason="CLIENT_CANCELLED_LATE",
        disposition="COUNTED",
        late=True,
        ledger=[("FORFEIT", 1, "session 2027-03")],
        money=[("EARNING", "Eva", 10000)],
        mails=LOST,
    )
    assert stage.feed("Maya") == stage.feed("Eva") == stage.google("Eva") == {}


def test_S_A_17_when_the_month_is_used_up_the_next_one_can_be_booked(open_stage: OpenStage) -> None:
    stage = aceup(open_stage)
    starts = ["2027-03-10T15:00:00Z", "2027-03-18T15:00:00Z"]
    for start in starts:
        stage.booked("Maya", "session", "Eva", start)
    assert stage.entitlements("Maya")["session 2027-03"]["held"] == 2
    with stage.step() as step:
        answer = stage.book("Maya", "session", "Eva", "2027-03-30T15:00:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "NO_CREDIT"

    with stage.step() as step:
        april = stage.book("Maya", "session", "Eva", "2027-04-08T14:00:00Z")["session"]
    assert april["status"] == "SCHEDULED"
    step.only_booked(april, by="Maya", ledger=[("HOLD", 1, "session 2027-04")], mails=BOTH_BOOKED)
    days = {instant(start) for start in [*starts, "2027-04-08T14:00:00Z"]}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == days


def test_S_A_18_a_session_may_move_to_a_month_with_a_free_credit(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    old = stage.feed("Maya")[instant("2027-03-18T15:00:00Z")]
    stage.at("2027-03-15T15:00:00Z")
    with stage.step() as step:
        answer = stage.reschedule("Maya", session, "2027-04-01T14:00:00Z")
    moved = answer["session"]
    assert (moved["id"], moved["status"], moved["startsAt"]) == (session, "SCHEDULED", "2027-04-01T14:00:00Z")
    step.only_moved(
        session,
        "2027-04-01T14:00:00Z",
        "2027-04-01T14:45:00Z",
        by="Maya",
        ledger=[("RELEASE", 1, "session 2027-03"), ("HOLD", 1, "session 2027-04")],
        mails=BOTH_RESCHEDULED,
    )
    new = instant("2027-04-01T14:00:00Z")
    for who in ("Maya", "Eva"):
        feed = stage.feed(who)
        assert set(feed) == {new}
        assert (feed[new].uid, feed[new].sequence) == (old.uid, old.sequence + 1)
    assert set(stage.google("Eva")) == {new}


def test_S_A_21_a_returned_credit_is_used_first_because_it_closes_first(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T14:00:00Z")
    assert stage.cancel("Eva", session)["session"]["status"] == "CANCELLED"
    stage.deliver()
    lots = stage.entitlements("Maya")
    assert lots["RETURN 2027-04-17T14:00:00Z"]["available"] == 1
    assert lots["session 2027-04"]["available"] == 2
    with stage.step() as step:
        april = stage.book("Maya", "session", "Eva", "2027-04-10T15:00:00Z")["session"]
    assert april["status"] == "SCHEDULED"
    step.only_booked(april, by="Maya", ledger=[("HOLD", 1, "RETURN 2027-04-17T14:00:00Z")], mails=BOTH_BOOKED)
    day = {instant("2027-04-10T15:00:00Z")}
    assert set(stage.feed("Maya")) == set(stage.feed("Eva")) == set(stage.google("Eva")) == day
