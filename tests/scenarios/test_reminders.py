"""Reminders follow the time that stands and was agreed before they were due (S-X-13, S-A-23); completion by itself (S-T-14)."""

from tests.scenarios.expected import Expected
from tests.scenarios.records import read_records
from tests.scenarios.stage import Stage
from tests.scenarios.starts import (
    BOTH_RESCHEDULED,
    OpenStage,
    aceup,
    after_s_m_01,
    assert_stands,
    instant,
    mastered,
    thrive_session,
)
from tests.scenarios.test_across import ANY_PRESET, KINDS, platform
from tests.scenarios.turns import cost, dated, ended, fired, said


def reminded(stage: Stage, to: str) -> list[tuple[str, str]]:
    """Who is reminded at which instant on the way to this one."""
    with stage.step() as step:
        stage.at(to)
    rows = [row for row in step.difference.added("notification") if row["code"] == "REMINDER"]
    return sorted((row["created_at"][:16] + "Z", stage.name_of(row["recipient_id"])) for row in rows)


@ANY_PRESET
def test_S_X_13_reminders_follow_the_session_to_its_new_time(open_stage: OpenStage, preset: str) -> None:
    stage = platform(open_stage, preset)
    session = stage.booked("Maya", KINDS[preset], "Eva", "2027-03-18T10:00:00Z")
    old = stage.feed("Maya")[instant("2027-03-18T10:00:00Z")]
    stage.at("2027-03-10T10:00:00Z")
    # Where members have to ask, the team moves it.
    who, note = ("Sam", "Agreed by telephone.") if preset == "topmate" else ("Maya", None)
    with stage.step() as step:
        stage.reschedule(who, session, "2027-03-25T10:00:00Z", note=note)
    if who == "Maya":
        ends_at = stage.session(session)["endsAt"]
        step.only_moved(session, "2027-03-25T10:00:00Z", ends_at, by="Maya", mails=BOTH_RESCHEDULED)
    assert reminded(stage, "2027-03-25T10:00:00Z") == [
        ("2027-03-24T10:00Z", "Eva"),
        ("2027-03-24T10:00Z", "Maya"),
        ("2027-03-25T09:00Z", "Eva"),
        ("2027-03-25T09:00Z", "Maya"),
    ]
    message = stage.message("Maya", "REMINDER")
    assert {link["kind"] for link in message["links"]} >= {"JOIN", "RESCHEDULE", "CANCEL"}
    new = stage.feed("Maya")[instant("2027-03-25T10:00:00Z")]
    assert (new.uid, new.sequence) == (old.uid, old.sequence + 1)


def test_S_A_23_what_is_agreed_after_a_reminder_was_due_has_no_such_reminder(open_stage: OpenStage) -> None:
    stage = aceup(open_stage)
    stage.at("2027-03-02T09:00:00Z")
    session = stage.booked("Maya", "session", "Eva", "2027-03-25T15:00:00Z")
    [old] = stage.feed("Maya").values()
    stage.at("2027-03-17T17:00:00Z")
    with stage.step() as step:
        stage.reschedule("Maya", session, "2027-03-18T15:00:00Z")
    step.only_moved(session, "2027-03-18T15:00:00Z", "2027-03-18T15:45:00Z", by="Maya", mails=BOTH_RESCHEDULED)
    assert_stands(stage, "2027-03-18T15:00:00Z")
    [new] = stage.feed("Maya").values()
    assert (new.uid, new.sequence) == (old.uid, old.sequence + 1)
    assert reminded(stage, "2027-03-18T15:00:00Z") == [("2027-03-18T14:00Z", "Eva"), ("2027-03-18T14:00Z", "Maya")]


def test_a_cancelled_session_is_not_reminded_of(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.cancel("Maya", session)
    assert reminded(stage, "2027-03-18T12:00:00Z") == []


def test_a_reminder_whose_moment_has_passed_is_dropped(open_stage: OpenStage) -> None:
    stage, _ = after_s_m_01(open_stage)
    stage.at("2027-03-18T09:30:00Z", run_timers=False)
    assert [at for at, _ in reminded(stage, "2027-03-18T09:30:00Z")] == ["2027-03-18T09:30Z"] * 2
    stage = mastered(open_stage)
    stage.booked("Maya", "coaching", "Eva", "2027-03-18T10:00:00Z")
    stage.at("2027-03-18T10:00:00Z", run_timers=False)
    assert reminded(stage, "2027-03-18T10:30:00Z") == []


def test_a_session_of_which_nobody_says_anything_counts_as_held(open_stage: OpenStage) -> None:
    stage, session = thrive_session(open_stage)
    stage.at("2027-03-31T18:45:00Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    due = next(
        row
        for row in records_of(stage, "due_work")
        if row["kind"] == "AUTO_COMPLETE" and row["object_id"] == stage.theatre.local_id(session)
    )
    with stage.step() as step:
        stage.at("2027-03-31T18:45:01Z")
    row = step.difference.after.one("session", id=stage.theatre.local_id(session))
    assert (row["status"], row["reason"], row["disposition"]) == ("COMPLETED", "HELD", "CONSUMED")
    assert (row["recorded_at"][:19], row["stated_by"]) == ("2027-03-31T18:45:00", "SYSTEM")
    assert step.ledger == [("CONSUME", 1, "PACK session")]
    assert step.money == [("EARNING", "Eva", 10000)]
    assert step.mails == step.google_calls == []
    assert step.difference.after.one("earning")["status"] == "PAYABLE"
    assert step.difference.after.one("due_work", id=due["id"])["done_at"] is not None


def records_of(stage: Stage, table: str) -> tuple[dict[str, object], ...]:

    return read_records(stage.theatre.owner, stage.organisation_id).of(table)


def test_S_T_14_a_paid_call_of_which_nobody_says_anything_is_completed_after_72_hours(open_stage: OpenStage) -> None:
    stage = open_stage("topmate", at="2027-03-01T09:00:00Z")
    stage.coach("Cora", kinds=["call"], fee=5000)
    stage.member("Nora", "Cora")
    stage.pack("Nora", "call", 1)
    session = stage.booked("Nora", "call", "Cora", "2027-03-18T15:00:00Z")
    stage.at("2027-03-21T15:30:00Z")
    assert stage.session(session)["status"] == "AWAITING_OUTCOME"
    with stage.step() as step:
        stage.at("2027-03-21T15:30:00.000001Z")
    assert stage.session(session)["status"] == "COMPLETED"
    assert (step.ledger, step.money) == ([("CONSUME", 1, "PACK call")], [("EARNING", "Cora", 5000)])
    assert step.mails == step.google_calls == []
    at = "2027-03-21T15:30:00Z"
    terms = {"status": "COMPLETED", "reason": "HELD", "fault": "none", "disposition": "CONSUMED"}
    paid = {"session_id": stage.theatre.local_id(session), "minor_units": 5000, "status": "PAYABLE", "payable_at": at}
    step.changed_only(
        fired(step, "AUTO_COMPLETE", stage.theatre.local_id(session)),
        ended(step, session, by=None, at=at, **terms),
        cost(step, session, ledger=step.ledger, money=step.money, at=at),
        {"earning": Expected(added=[paid])},
        dated(said(step, session, "OUTCOME_RECORDED", by=None), at),
    )
