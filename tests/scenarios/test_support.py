"""Somebody asks the team for help: S-A-19 and S-X-11, and what becomes of the task (A19, T11, V24, D-31)."""

import pytest

from tests.scenarios.expected import Expected, Tables
from tests.scenarios.footprint import events, sent, used_keys
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup_paid_session, after_s_m_01
from tests.scenarios.step import Step
from tests.scenarios.test_across import ANY_PRESET, KINDS, platform
from tests.scenarios.turns import team_asked

CONTACT = """
mutation Contact($input: ContactSupportInput!) { contactSupport(input: $input) {
  ... on ContactSupportSuccess { receivedAt answerBy } ... on Refusal { __typename code message } } }
"""
CONCLUDE = """
mutation Conclude($input: ConcludeTaskInput!) { concludeTask(input: $input) {
  ... on ConcludeTaskSuccess { task { status conclusion concludedAt note } } ... on Refusal { __typename code message } } }
"""
TASKS = """
query Tasks($status: [TaskStatus!]) { viewer { tasks(status: $status, first: 10) { nodes {
  id version template title checklist conclusions status text dueAt escalatedAt conclusion raisedBy { name } session { id } } } } }
"""
HOLIDAYS = """
mutation Holidays($input: SetHolidaysInput!) { setHolidays(input: $input) { __typename ... on Refusal { code message } } }
"""
FRIDAY = "2027-03-19T16:00:00Z"


def contact(stage: Stage, who: str, session: str, text: str = "Nobody was in the call.") -> dict[str, str | None]:
    return stage.tell(who, CONTACT, session=session, text=text, idempotencyKey=stage.key())


def the_task(stage: Stage) -> dict[str, object]:
    (task,) = stage.ask("Sam", TASKS)["viewer"]["tasks"]["nodes"]
    return task


def test_S_A_19_a_ticket_of_friday_is_due_at_the_end_of_tuesday(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at(FRIDAY)
    with stage.step() as step:
        answer = contact(stage, "Maya", session)
    assert answer == {"receivedAt": FRIDAY, "answerBy": "2027-03-23T23:59:59Z"}
    assert (step.ledger, step.money, step.mails) == ([], [], [("Sam", "TASK")])
    assert step.google_calls == []
    step.changed_only(*only_asked(step, session, "Maya", due="2027-03-23T23:59:59Z"))
    task = the_task(stage)
    assert (task["template"], task["status"], task["dueAt"]) == ("SUPPORT", "OPEN", "2027-03-23T23:59:59Z")
    mail = stage.message("Sam", "TASK")["text"]
    assert "Nobody was in the call." in mail
    assert "Tuesday 23 March 2027, 23:59" in mail


def test_a_holiday_of_the_organisation_is_no_business_day(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    days = [{"date": "2027-03-22", "name": "The Platform's day"}]
    stage.tell("Sam", HOLIDAYS, year=2027, holidays=days, idempotencyKey=stage.key())
    stage.at(FRIDAY)
    assert contact(stage, "Eva", session)["answerBy"] == "2027-03-24T23:59:59Z"


@ANY_PRESET
@pytest.mark.parametrize("who", ["Maya", "Eva"])
def test_S_X_11_either_side_asks_about_a_session_which_stays_as_it_is(
    open_stage: OpenStage, who: str, preset: str
) -> None:
    stage = platform(open_stage, preset)
    session = stage.booked("Maya", KINDS[preset], "Eva", "2027-03-18T10:00:00Z")
    before = stage.session(session)
    with stage.step() as step:
        answer = contact(stage, who, session)
    due = "2027-03-03T23:59:59Z" if preset == "aceup" else None
    assert answer == {"receivedAt": "2027-03-01T09:00:00Z", "answerBy": due}
    assert step.mails == [("Sam", "TASK")]
    assert step.google_calls == []
    step.changed_only(*only_asked(step, session, who, due=due))
    assert stage.session(session) == before
    task = the_task(stage)
    assert (task["raisedBy"], task["session"], task["dueAt"]) == ({"name": who}, {"id": session}, due)


def only_asked(step: Step, session: str, who: str, *, due: str | None) -> list[Tables]:
    """The team has a task and a message about the session, and who asked has it in their log; nothing else happened."""
    logged = events(step, ("SUPPORT_CONTACTED", who, (who,)))
    kind = "COACH" if who == "Eva" else "MEMBER"
    return [
        team_asked(step, session, by=who, template="SUPPORT", due=due, said="Nobody was in the call."),
        {**logged, "event": Expected(added=[{**row, "actor_kind": kind} for row in logged["event"].added])},
        sent(step, [("Sam", "TASK")], session=step.stage.theatre.local_id(session)),
        used_keys(),
    ]


def test_the_other_side_and_strangers_read_nothing_of_it(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.person("Leo", "MEMBER")
    contact(stage, "Maya", session)
    assert "SUPPORT" not in str(stage.session(session, who="Eva"))
    assert contact(stage, "Leo", session)["code"] == "NOT_FOUND"
    answer = stage.theatre.post(stage.token("Eva"), TASKS, {})
    assert [one["extensions"]["code"] for one in answer["errors"]] == ["FORBIDDEN"]


def test_what_is_not_concluded_in_time_is_told_to_senior_staff_once(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at(FRIDAY)
    contact(stage, "Maya", session)
    stage.at("2027-03-23T23:59:59Z")
    assert the_task(stage)["escalatedAt"] is None
    with stage.step() as step:
        stage.at("2027-03-24T00:00:00Z")
    assert step.mails == [("Sam", "TASK")]
    assert the_task(stage)["escalatedAt"] == "2027-03-23T23:59:59Z"
    assert "Nobody has concluded it yet" in " ".join(stage.message("Sam", "TASK")["text"].split())


def test_a_task_is_concluded_by_one_of_its_conclusions(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at(FRIDAY)
    contact(stage, "Maya", session)
    stage.deliver()
    task = the_task(stage)
    fields = {"task": task["id"], "ifVersion": task["version"]}
    with stage.step() as step:
        answer = stage.tell("Sam", CONCLUDE, **fields, conclusion="FORGOTTEN", idempotencyKey=stage.key())
    step.assert_nothing_happened()
    assert answer["code"] == "INVALID_INPUT"
    done = stage.tell("Sam", CONCLUDE, **fields, conclusion="ANSWERED", note="Phoned.", idempotencyKey=stage.key())
    assert done["task"] == {"status": "DONE", "conclusion": "ANSWERED", "concludedAt": FRIDAY, "note": "Phoned."}
    again = stage.tell("Sam", CONCLUDE, task=task["id"], ifVersion=2, conclusion="SETTLED", idempotencyKey=stage.key())
    assert again["code"] == "WRONG_STATE"
    stage.at("2027-03-23T12:00:00Z")
    with stage.step() as step:
        stage.at("2027-03-24T00:00:00Z")
    assert step.mails == []
