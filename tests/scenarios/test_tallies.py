"""The sixth platform: three absences within 60 days stop new bookings for two weeks (S-Y-09, S-Y-10, D-59, D-64)."""

from tests.scenarios import documents
from tests.scenarios.cases import tell
from tests.scenarios.stage import Json, Stage
from tests.scenarios.starts import BOTH_BOOKED, SIXTH_PLATFORM, OpenStage, instant
from tests.scenarios.statements import record
from tests.scenarios.test_investigations import decide

LAST = "2027-04-20T10:00:00Z"
ABSENT = [("Maya", "FEE_CHARGED"), ("Maya", "NO_SHOW_RECORDED")]
STOPPED = [*ABSENT, ("Maya", "TALLY_STEP")]
COST = [("EARNING", "Eva", 10000), ("CHARGE", "Maya", 2000)]


def before_the_third(open_stage: OpenStage, first: str) -> tuple[Stage, str]:
    """Maya has missed two sessions with Eva; the third, of 20 April, has begun without her."""
    stage = open_stage("thrive", at="2027-02-10T09:00:00Z")
    stage.publish(SIXTH_PLATFORM)
    stage.coach("Eva", kinds=["session"])
    stage.member("Maya", "Eva")
    stage.pack("Maya", "session", 10)
    starts = (first, "2027-03-20T10:00:00Z", LAST)
    sessions = [stage.booked("Maya", "session", "Eva", start) for start in starts]
    for start, session in list(zip(starts, sessions, strict=True))[:2]:
        stage.at(start.replace("10:00:00Z", "10:10:00Z"))
        with stage.step() as step:
            record(stage, "Eva", session, absent="MEMBER")
        assert step.mails == ABSENT
    return stage.at("2027-04-20T10:10:00Z"), sessions[2]


def wish(stage: Stage, at: str, starts_at: str) -> Json:
    """Maya's wish to book at this instant."""
    return stage.at(at).book("Maya", "session", "Eva", starts_at)


def stopped(open_stage: OpenStage) -> tuple[Stage, str]:
    """After the third absence."""
    stage, session = before_the_third(open_stage, "2027-03-01T10:00:00Z")
    with stage.step() as step:
        record(stage, "Eva", session, absent="MEMBER")
    assert step.mails == STOPPED
    assert step.ledger == [("FORFEIT", 2, "PACK session")]
    assert step.money == COST
    [begun] = step.difference.added("sanction")
    assert (begun["tally"], begun["kind"], begun["kinds"], begun["lifted_at"]) == ("absences", "BLOCK", None, None)
    assert instant(begun["begins_at"]) == instant(stage.now)
    return stage, session


def test_S_Y_09_a_three_absences_stop_new_bookings_for_two_weeks(open_stage: OpenStage) -> None:
    stage, _ = stopped(open_stage)
    assert "4 May 2027" in stage.message("Maya", "TALLY_STEP")["text"]
    stage.at("2027-05-04T10:09:59Z")
    with stage.step() as step:
        answer = stage.book("Maya", "session", "Eva", "2027-05-11T10:00:00Z")
    step.assert_nothing_happened()
    assert answer["code"] == "BOOKING_BLOCKED"
    assert answer["check"]["possibleFrom"] == "2027-05-04T10:10:00Z"
    stage.at("2027-05-04T10:10:00Z")
    with stage.step() as step:
        answer = stage.book("Maya", "session", "Eva", "2027-05-11T10:00:00Z")
    step.only_booked(answer["session"], by="Maya", ledger=[("HOLD", 2, "PACK session")], mails=BOTH_BOOKED)


def test_S_Y_09_b_what_lies_exactly_sixty_days_back_is_outside(open_stage: OpenStage) -> None:
    stage, session = before_the_third(open_stage, "2027-02-19T10:00:00Z")
    with stage.step() as step:
        record(stage, "Eva", session, absent="MEMBER")
    assert step.rows == {
        "earning": "+1",
        "ledger_entry": "+1",
        "money_entry": "+2",
        "notification": "+2",
        "session": "~1",
    }
    assert (step.mails, step.money, step.difference.added("sanction")) == (ABSENT, COST, [])
    for at, starts_at in (
        ("2027-05-04T10:09:59Z", "2027-05-11T10:00:00Z"),
        ("2027-05-04T10:10:00Z", "2027-05-12T10:00:00Z"),
    ):
        assert "session" in wish(stage, at, starts_at)


def test_S_Y_10_a_contest_that_is_upheld_lifts_the_stop(open_stage: OpenStage) -> None:
    stage, session = stopped(open_stage)
    stage.at("2027-04-21T09:00:00Z")
    tell(stage, "Maya", "contestOutcome", session)
    assert stage.book("Maya", "session", "Eva", "2027-05-11T10:00:00Z")["code"] == "BOOKING_BLOCKED"
    stage.at("2027-04-22T09:00:00Z")
    with stage.step() as step:
        decide(stage, session, "OTHER")
    assert step.rows == {
        "earning": "~1",
        "ledger_entry": "+1",
        "money_entry": "+2",
        "notification": "+3",
        "sanction": "~1",
        "session": "~1",
        "session_case": "~1",
        "task": "~1",
    }
    assert stage.session(session)["disposition"] == "RETURNED"
    assert step.ledger == [("RESTORE", 2, "PACK session")]
    assert sorted(step.money) == [("EARNING_REVERSAL", "Eva", 10000), ("REFUND", "Maya", 2000)]
    assert step.mails == [("Eva", "CASE_CLOSED"), ("Maya", "CASE_CLOSED"), ("Maya", "TALLY_STEP")]
    [(before, lifted)] = [change["lifted_at"] for change in step.difference.changed("sanction").values()]
    assert (before, instant(lifted)) == (None, instant(stage.now))
    assert "session" in stage.book("Maya", "session", "Eva", "2027-05-11T10:00:00Z")


def test_a_stop_does_not_touch_bookings_by_staff_nor_sessions_that_stand(open_stage: OpenStage) -> None:
    stage, _ = stopped(open_stage)
    answer = stage.tell(
        "Sam",
        documents.BOOK,
        kind=stage.kinds["session"],
        coach=stage.gid("Eva"),
        member=stage.gid("Maya"),
        startsAt="2027-05-03T10:00:00Z",
        note="Agreed by phone.",
        idempotencyKey=stage.key(),
    )
    booked = answer["session"]["id"]
    assert "session" in stage.reschedule("Maya", booked, "2027-05-10T10:00:00Z")


def test_an_amendment_by_the_coach_lifts_the_stop_too(open_stage: OpenStage) -> None:
    stage, session = stopped(open_stage)
    stage.at("2027-04-20T11:00:00Z")
    with stage.step() as step:
        record(stage, "Eva", session, reason="OTHER")
    assert ("Maya", "TALLY_STEP") in step.mails
    assert "session" in stage.book("Maya", "session", "Eva", "2027-05-11T10:00:00Z")
