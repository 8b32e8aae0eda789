"""A member who cannot be reached: S-O-21, S-O-22 (O22 … O25, D-23)."""

import pytest

from tests.scenarios.memberships import Json, membership, mento
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record
from tests.scenarios.talks import write

LOG = """
mutation Log($input: LogContactAttemptInput!) { logContactAttempt(input: $input) { __typename ... on Refusal { code } } }
"""
REPORT = """
mutation Report($input: ReportToTeamInput!) { reportToTeam(input: $input) { __typename ... on Refusal { code } } }
"""
DUE = "2027-04-10T14:00:00Z"
WARNED = "2027-04-03T14:00:00Z"


def tried(stage: Stage, who: str) -> Json:
    return stage.tell(who, LOG, member=stage.gid("Leo"), text="Called twice.", idempotencyKey=stage.key())


def sought(open_stage: OpenStage) -> tuple[Stage, str]:
    """Dan tried first on 31 January, the team on 10 February, both at ten in New York; a session stands in April."""
    stage = mento(open_stage, at="2027-01-31T14:00:00Z")
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-04-26T13:00:00Z")
    stage.at("2027-01-31T15:00:00Z")
    assert tried(stage, "Dan")["__typename"] == "LogContactAttemptSuccess"
    stage.at("2027-02-10T15:00:00Z")
    tried(stage, "Sam")
    stage.deliver()
    return stage, session


def test_S_O_21_a_member_who_gives_no_sign_of_life_has_churned(open_stage: OpenStage) -> None:
    stage, session = sought(open_stage)
    stage.at("2027-04-03T13:59:59Z")
    with stage.step() as step:
        stage.at(WARNED)
    assert step.rows == {"notification": "+1", "task": "+1"}
    assert step.mails == [("Sam", "TASK")]
    stage.at(DUE)
    assert stage.session(session)["status"] == "SCHEDULED"
    with stage.step() as step:
        stage.at("2027-04-10T14:00:01Z")
    assert step.rows == {
        "busy": "-2",
        "engagement": "~1",
        "ledger_entry": "+5",
        "membership": "~1",
        "notification": "+2",
        "outreach": "~1",
        "session": "~1",
    }
    assert step.ledger == [
        ("RELEASE", 1, "one_on_one 2027-04"),
        ("REVOKE", 2, "one_on_one 2027-04"),
        ("REVOKE", 2, "one_on_one 2027-05"),
        ("REVOKE", 2, "one_on_one 2027-06"),
        ("REVOKE", 2, "one_on_one 2027-07"),
    ]
    assert step.money == []
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    own = membership(stage)
    assert (own["status"], own["coaches"], own["endedAt"]) == ("CHURNED", [], DUE)
    assert (stage.session(session)["status"], stage.session(session)["late"]) == ("CANCELLED", False)
    roster = stage.ask("Dan", "{ engagements(status: ACTIVE) { nodes { id } } }")["engagements"]["nodes"]
    assert roster == []
    with stage.step() as step:
        stage.at("2027-05-02T00:00:00Z")
    assert step.rows == {}
    assert step.money == []


def test_S_O_22_any_sign_of_life_resolves_it(open_stage: OpenStage) -> None:
    stage, session = sought(open_stage)
    stage.at("2027-04-09T22:00:00Z")
    assert "session" in stage.book("Leo", "one_on_one", "Dan", "2027-04-28T13:00:00Z")
    stage.deliver()
    with stage.step() as step:
        stage.at("2027-04-10T14:00:01Z")
    assert step.rows == {}
    assert (step.ledger, step.money, step.mails) == ([], [], [])
    assert step.google_calls == []
    assert (membership(stage)["status"], stage.session(session)["status"]) == ("ACTIVE", "SCHEDULED")


@pytest.mark.parametrize("to", ["Dan", None], ids=["to the coach", "to the team"])
def test_a_message_is_a_sign_of_life(open_stage: OpenStage, to: str | None) -> None:
    stage, session = sought(open_stage)
    stage.at("2027-04-09T22:00:00Z")
    assert "thread" in write(stage, "Dan", "Are you there?", to=stage.gid("Leo"))
    with stage.step() as step:
        assert "thread" in write(stage, "Leo", "Here I am.", **({} if to is None else {"to": stage.gid(to)}))
    assert [row["status"] for row in step.difference.after.of("outreach")] == ["RESOLVED"]
    stage.at("2027-04-10T14:00:01Z")
    assert (membership(stage)["status"], stage.session(session)["status"]) == ("ACTIVE", "SCHEDULED")


def test_a_message_of_the_coach_alone_keeps_nobody(open_stage: OpenStage) -> None:
    stage, _ = sought(open_stage)
    stage.at("2027-04-09T22:00:00Z")
    write(stage, "Dan", "Are you there?", to=stage.gid("Leo"))
    stage.at("2027-04-10T14:00:01Z")
    assert membership(stage)["status"] == "CHURNED"


@pytest.mark.parametrize(
    ("tried_at", "status"),
    [(("2027-01-31T15:00:00Z", "2027-02-10T15:00:00Z"), "ACTIVE"), (("2027-04-08T15:00:00Z",) * 2, "CHURNED")],
    ids=["after", "before"],
)
def test_who_was_in_a_session_by_the_word_of_its_coach_has_given_a_sign_of_life(
    open_stage: OpenStage, tried_at: tuple[str, str], status: str
) -> None:
    """MODEL 5.7: attendance counts too, unless it was before anybody began to look for the member."""
    stage = mento(open_stage, at="2027-01-31T14:00:00Z")
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-04-07T13:00:00Z")
    for who, at in zip(("Dan", "Sam"), tried_at, strict=True):
        stage.at(at)
        tried(stage, who)
    stage.at("2027-04-09T13:45:00Z")
    assert "session" in record(stage, "Dan", session, held=True)
    stage.at("2027-06-09T15:00:00Z")
    assert membership(stage)["status"] == status


def test_what_was_refused_is_no_sign_of_life(open_stage: OpenStage) -> None:
    stage, _ = sought(open_stage)
    stage.at("2027-04-09T22:00:00Z")
    assert stage.book("Leo", "one_on_one", "Dan", "2027-04-26T13:00:00Z")["code"] == "SLOT_TAKEN"
    stage.at("2027-04-10T14:00:01Z")
    assert membership(stage)["status"] == "CHURNED"


def test_after_a_sign_of_life_both_clocks_begin_anew(open_stage: OpenStage) -> None:
    stage, _ = sought(open_stage)
    stage.at("2027-03-01T12:00:00Z")
    stage.booked("Leo", "one_on_one", "Dan", "2027-04-28T13:00:00Z")
    tried(stage, "Dan")
    tried(stage, "Sam")
    stage.at("2027-04-30T00:00:00Z")
    assert membership(stage)["status"] == "ACTIVE"
    stage.at("2027-05-01T12:00:01Z")
    assert membership(stage)["status"] == "CHURNED"


@pytest.mark.parametrize("who", ["Dan", "Sam"])
def test_one_side_alone_never_ends_a_membership(open_stage: OpenStage, who: str) -> None:
    stage = mento(open_stage)
    tried(stage, who)
    stage.at("2027-07-01T00:00:00Z")
    assert membership(stage)["status"] == "ACTIVE"


def test_a_report_opens_the_case_and_its_task_but_not_the_clocks(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    given = {"member": stage.gid("Leo"), "matter": "UNREACHABLE", "text": "No answer.", "idempotencyKey": stage.key()}
    with stage.step() as step:
        stage.tell("Dan", REPORT, **given)
    assert step.mails == [("Sam", "TASK")]
    assert [row["due_at"] for row in step.difference.added("outreach")] == [None]
    assert tried(stage, "Leo")["code"] == "FORBIDDEN"
