"""What is brought before the team: late cancellations in a row, frequent ones, absences (O15, O16, O20, D-17, D-59)."""

from tests.scenarios.cases import team_tasks
from tests.scenarios.footprint import cancelled
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record
from tests.scenarios.turns import team_asked

DAYS = ["2027-03-15", "2027-03-29", "2027-04-12", "2027-04-26", "2027-05-10"]
LATE = [("Dan", "CANCELLED"), ("Leo", "LATE_LOSS")]
FLAGGED = [*LATE, ("Sam", "TASK")]


def fortnightly(open_stage: OpenStage) -> tuple[Stage, list[str]]:
    """Leo has five 1-on-1s with Dan, every other Monday."""
    stage = open_stage("mento", at="2027-02-15T12:00:00Z")
    stage.coach("Dan", kinds=["one_on_one"])
    stage.member("Leo", "Dan")
    return stage, [stage.booked("Leo", "one_on_one", "Dan", f"{day}T13:00:00Z") for day in DAYS]


def late(stage: Stage, number: int, session: str) -> list[tuple[str, str]]:
    """Leo cancels the session an hour before; who is told what."""
    stage.at(f"{DAYS[number]}T12:30:00Z")
    with stage.step() as step:
        stage.cancel_at_a_cost("Leo", session)
    return step.mails


def test_two_late_cancellations_in_a_row_are_brought_before_the_team_once(open_stage: OpenStage) -> None:
    stage, sessions = fortnightly(open_stage)
    assert late(stage, 0, sessions[0]) == LATE
    stage.at("2027-03-29T12:30:00Z")
    with stage.step() as step:
        stage.cancel_at_a_cost("Leo", sessions[1])
    assert step.mails == FLAGGED
    ledger, money = [("FORFEIT", 1, "one_on_one 2027-03")], [("EARNING", "Dan", 10000)]
    step.changed_only(
        cancelled(
            step,
            sessions[1],
            by="Leo",
            reason="CLIENT_CANCELLED_LATE",
            disposition="COUNTED",
            late=True,
            ledger=ledger,
            money=money,
            mails=FLAGGED,
        ),
        team_asked(
            step,
            sessions[1],
            by="Dan",
            template="WATCH",
            due="2027-03-31T22:59:59Z",
            said="late-row: CLIENT_CANCELLED_LATE, 2 times in a row (O15)",
        ),
    )
    assert "late-row" in stage.message("Sam", "TASK")["text"]
    # The third one is no step of the row any more, but the third within ninety days.
    assert late(stage, 2, sessions[2]) == FLAGGED
    assert "late-often" in stage.message("Sam", "TASK")["text"]
    assert late(stage, 3, sessions[3]) == LATE
    assert team_tasks(stage) == [("WATCH", "OPEN", None)] * 2


def test_a_held_session_ends_the_row(open_stage: OpenStage) -> None:
    stage, sessions = fortnightly(open_stage)
    assert late(stage, 0, sessions[0]) == LATE
    stage.at("2027-03-29T13:45:00Z")
    record(stage, "Dan", sessions[1], held=True)
    assert late(stage, 2, sessions[2]) == LATE
    assert team_tasks(stage) == []


def test_a_timely_cancellation_is_invisible(open_stage: OpenStage) -> None:
    stage, sessions = fortnightly(open_stage)
    assert late(stage, 0, sessions[0]) == LATE
    stage.cancel("Leo", sessions[1])
    assert late(stage, 2, sessions[2]) == FLAGGED


def test_each_absence_is_brought_before_the_team_and_another_reason_is_not(open_stage: OpenStage) -> None:
    stage, sessions = fortnightly(open_stage)
    for number, count in ((0, 1), (1, 2)):
        stage.at(f"{DAYS[number]}T13:10:00Z")
        record(stage, "Dan", sessions[number], absent="MEMBER")
        assert len(team_tasks(stage)) == count
    record(stage, "Dan", sessions[1], reason="OTHER")
    assert len(team_tasks(stage)) == 2


def test_an_absence_that_is_taken_back_and_stated_again_is_one_occasion(open_stage: OpenStage) -> None:
    stage, sessions = fortnightly(open_stage)
    stage.at(f"{DAYS[0]}T13:45:00Z")
    record(stage, "Dan", sessions[0], absent="MEMBER")
    record(stage, "Dan", sessions[0], reason="OTHER")
    with stage.step() as step:
        record(stage, "Dan", sessions[0], absent="MEMBER")
    assert ("Sam", "TASK") not in step.mails
    assert team_tasks(stage) == [("WATCH", "OPEN", None)]
