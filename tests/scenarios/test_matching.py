"""With whom a member has sessions, and what the team does: S-O-25, S-O-26, S-O-27, S-O-31 (O4, O10, O11, O29, O43, O45, D-20, D-25)."""

from tests.scenarios import documents
from tests.scenarios.memberships import EFFECT, MONTHLY, REFUSED, Json, membership, mento
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage

CHOOSE = f"""
mutation Choose($input: ChooseCoachInput!) {{ chooseCoach(input: $input) {{
  ... on ChooseCoachSuccess {{ membership {{ status coaches {{ name }} startsOn }} }} {REFUSED} }} }}
"""
CAN_CHOOSE = f"""
query Can($id: ID!, $coach: ID!) {{ node(id: $id) {{ ... on Membership {{ canChooseCoach(coach: $coach) {{ allowed code {EFFECT} }} }} }} }}
"""
SWITCH = f"""
mutation Switch($input: SwitchCoachInput!) {{ switchCoach(input: $input) {{
  ... on SwitchCoachSuccess {{ membership {{ coaches {{ name }} }} }} {REFUSED} }} }}
"""
CAN_SWITCH = f"""
query Can($id: ID!, $from: ID!, $to: ID!) {{ node(id: $id) {{ ... on Membership {{
  canSwitchCoach(from: $from, to: $to) {{ allowed code {EFFECT} }} }} }} }}
"""
REPORT = """
mutation Report($input: ReportToTeamInput!) { reportToTeam(input: $input) { __typename ... on Refusal { code } } }
"""
HELD = """
mutation Held($input: RecordOutcomeInput!) { recordOutcome(input: $input) { __typename ... on Refusal { code message } } }
"""
TASKS = "{ viewer { tasks(first: 20) { nodes { id version template urgent restricted status verbs { conclusion mutation } coach { name } } } } }"
ENGAGED = "{ engagements(first: 10) { nodes { status coach { name } } } }"


def matched(open_stage: OpenStage, *coaches: str, starts_on: str = "2027-09-01") -> Stage:
    """Leo is matched with these coaches; the membership starts later."""
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    for coach in ("Dan", "Cora"):
        stage.coach(coach, kinds=["one_on_one", "chemistry", "one_off"])
    stage.person("Leo", "MEMBER")
    answer = stage.tell(
        "Sam",
        documents.ENROL,
        member=stage.gid("Leo"),
        coaches=[],
        candidates=[stage.gid(coach) for coach in coaches],
        plan=MONTHLY,
        startsOn=starts_on,
        idempotencyKey=stage.key(),
    )
    assert "membership" in answer, answer
    stage.deliver()
    return stage


def chosen(stage: Stage, coach: str, who: str = "Leo") -> Json:
    own = membership(stage)
    node = stage.ask(who, CAN_CHOOSE, id=own["id"], coach=stage.gid(coach))["node"]
    effect = None if node is None else node["canChooseCoach"]["effect"]
    digest = None if effect is None else effect["digest"]
    fields = {"membership": own["id"], "ifVersion": own["version"], "coach": stage.gid(coach), "acknowledge": digest}
    return stage.tell(who, CHOOSE, **fields, idempotencyKey=stage.key())


def test_S_O_25_two_candidates_have_chemistry_calls_and_one_is_chosen(open_stage: OpenStage) -> None:
    stage = matched(open_stage, "Dan", "Cora")
    assert membership(stage)["status"] == "MATCHING"
    assert stage.book("Leo", "one_on_one", "Dan", "2027-03-10T13:00:00Z")["code"] == "NOT_FOUND"
    with stage.step() as step:
        calls = [
            stage.book("Leo", "chemistry", coach, f"2027-03-10T1{at}:00:00Z")["session"]
            for coach, at in (("Dan", 3), ("Cora", 5))
        ]
    assert step.rows == {"busy": "+4", "notification": "+4", "session": "+2"}
    assert step.mails == [("Cora", "BOOKED"), ("Dan", "BOOKED"), ("Leo", "BOOKED"), ("Leo", "BOOKED")]
    assert [(one["endsAt"], one["kind"]["code"]) for one in calls] == [
        ("2027-03-10T13:30:00Z", "chemistry"),
        ("2027-03-10T15:30:00Z", "chemistry"),
    ]
    assert stage.book("Leo", "chemistry", "Dan", "2027-03-11T13:00:00Z")["code"] == "APPROVAL_REQUIRED"
    stage.at("2027-03-10T16:00:00Z")
    with stage.step() as step:
        for one in calls:
            found = stage.session(one["id"])
            given = {"session": one["id"], "ifVersion": found["version"], "held": True, "idempotencyKey": stage.key()}
            assert stage.tell(one["coach"]["name"], HELD, **given)["__typename"] == "RecordOutcomeSuccess"
    assert step.rows == {"earning": "+2", "money_entry": "+2", "session": "~2"}
    assert sorted(step.money) == [("EARNING", "Cora", 5000), ("EARNING", "Dan", 5000)]
    assert step.ledger == []
    assert chosen(stage, "Dan", who="Cora")["code"] == "FORBIDDEN"
    with stage.step() as step:
        done = chosen(stage, "Dan")
    assert step.rows == {"engagement": "~2", "membership": "~1", "notification": "+3"}
    assert done["membership"] == {"status": "ACTIVE", "coaches": [{"name": "Dan"}], "startsOn": "2027-09-01"}
    assert (step.ledger, step.money) == ([], [])
    engaged = stage.ask("Leo", ENGAGED)["engagements"]["nodes"]
    assert {(one["coach"]["name"], one["status"]) for one in engaged} == {("Dan", "ACTIVE"), ("Cora", "ENDED")}
    assert {stage.session(one["id"])["status"] for one in calls} == {"COMPLETED"}


def test_a_chosen_coach_begins_the_membership_and_lets_the_other_call_go(open_stage: OpenStage) -> None:
    stage = matched(open_stage, "Dan", "Cora", starts_on="2027-03-01")
    other = stage.booked("Leo", "chemistry", "Cora", "2027-03-12T13:00:00Z")
    stage.at("2027-03-10T12:00:00Z")
    with stage.step() as step:
        chosen(stage, "Dan")
    assert step.money == [("CHARGE", "Leo", 24000)]
    assert step.ledger == [("GRANT", 2, f"one_on_one 2027-{month}") for month in ("03", "04", "05", "06")]
    assert stage.session(other)["status"] == "CANCELLED"
    assert membership(stage)["paidUntil"] == "2027-04-10"
    assert chosen(stage, "Dan")["code"] == "WRONG_STATE"


def test_S_O_26_a_single_coach_has_no_chemistry_call(open_stage: OpenStage) -> None:
    stage = matched(open_stage, "Dan", starts_on="2027-03-01")
    assert membership(stage)["status"] == "ACTIVE"
    assert stage.book("Leo", "chemistry", "Dan", "2027-03-10T13:00:00Z")["code"] == "WRONG_STATE"
    with stage.step() as step:
        booked = stage.book("Leo", "one_on_one", "Dan", "2027-03-10T13:00:00Z")["session"]
    step.only_booked(
        booked, by="Leo", ledger=[("HOLD", 1, "one_on_one 2027-03")], mails=[("Dan", "BOOKED"), ("Leo", "BOOKED")]
    )
    assert booked["endsAt"] == "2027-03-10T13:45:00Z"


def test_a_member_is_not_matched_with_more_coaches_than_the_policy_says(open_stage: OpenStage) -> None:
    stage = open_stage("mastered", at="2027-03-01T09:00:00Z")
    for coach in ("Dan", "Cora"):
        stage.coach(coach, kinds=["coaching"])
    stage.person("Leo", "MEMBER")
    given = {"member": stage.gid("Leo"), "coaches": [], "candidates": [stage.gid("Dan"), stage.gid("Cora")]}
    assert stage.tell("Sam", documents.ENROL, **given, idempotencyKey=stage.key())["message"].startswith("The policy")


def switched(stage: Stage, who: str = "Sam") -> Json:
    own = membership(stage)
    pair = {"from": stage.gid("Dan"), "to": stage.gid("Cora")}
    shown = stage.ask(who, CAN_SWITCH, id=own["id"], **pair)["node"]["canSwitchCoach"]
    digest = None if shown["effect"] is None else shown["effect"]["digest"]
    fields = {"membership": own["id"], "ifVersion": own["version"], "acknowledge": digest, **pair}
    return stage.tell(who, SWITCH, **fields, idempotencyKey=stage.key())


def test_S_O_27_staff_switch_the_coach_in_one_step_at_any_notice(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.coach("Cora", kinds=["one_on_one", "chemistry", "one_off"])
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-03-15T13:00:00Z")
    stage.at("2027-03-15T08:00:00Z")
    assert switched(stage, who="Leo")["code"] == "FORBIDDEN"
    with stage.step() as step:
        done = switched(stage)
    assert step.rows == {
        "busy": "-2",
        "engagement": "+1 ~1",
        "ledger_entry": "+1",
        "notification": "+5",
        "session": "~1",
    }
    assert done["membership"]["coaches"] == [{"name": "Cora"}]
    assert step.ledger == [("RELEASE", 1, "one_on_one 2027-03")]
    assert step.money == []
    assert step.mails == [
        ("Cora", "MEMBERSHIP_CHANGED"),
        ("Dan", "CANCELLED"),
        ("Dan", "MEMBERSHIP_CHANGED"),
        ("Leo", "CANCELLED"),
        ("Leo", "MEMBERSHIP_CHANGED"),
    ]
    assert step.google_calls == ["events.list", "events.delete"]
    found = stage.session(session)
    assert (found["status"], found["late"], found["disposition"]) == ("CANCELLED", False, "RELEASED")
    assert stage.book("Leo", "one_on_one", "Dan", "2027-03-17T13:00:00Z")["code"] == "NOT_FOUND"
    assert "session" in stage.book("Leo", "one_on_one", "Cora", "2027-03-17T13:00:00Z")


def test_a_switch_at_the_very_start_of_a_session_leaves_it_to_its_coach(open_stage: OpenStage) -> None:
    """D-25 ends sessions to come; one that begins at this instant has begun (MODEL 2.5)."""
    stage = mento(open_stage)
    stage.coach("Cora", kinds=["one_on_one", "chemistry", "one_off"])
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-03-15T13:00:00Z")
    stage.at("2027-03-15T13:00:00Z")
    with stage.step() as step:
        switched(stage)
    assert step.rows == {"engagement": "+1 ~1", "notification": "+3"}
    assert stage.session(session)["status"] == "SCHEDULED"


def told(stage: Stage, who: str, matter: str) -> Json:
    given = {
        "member": stage.gid("Leo"),
        "matter": matter,
        "text": "Please look at this.",
        "idempotencyKey": stage.key(),
    }
    return stage.tell(who, REPORT, **given)


def test_S_O_31_reports_are_tasks_of_their_templates_and_behaviour_is_for_senior_staff(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.person("Nora", "STAFF")
    stage.booked("Leo", "one_on_one", "Dan", "2027-03-15T13:00:00Z")
    for matter, audience in (("NO_COMMON_TIME", 2), ("NO_FIT", 2), ("CONDUCT", 1)):
        with stage.step() as step:
            assert told(stage, "Dan", matter)["__typename"] == "ReportToTeamSuccess"
        assert step.mails == [("Nora", "TASK"), ("Sam", "TASK")][-audience:]
        assert (step.ledger, step.money, step.google_calls) == ([], [], [])
        assert "session" not in step.difference.touched
    seen = stage.ask("Sam", TASKS)["viewer"]["tasks"]["nodes"]
    assert [(one["template"], one["urgent"], one["restricted"]) for one in seen] == [
        ("NO_COMMON_TIME", False, False),
        ("NO_FIT", False, False),
        ("CONDUCT", True, True),
    ]
    others = stage.ask("Nora", TASKS)["viewer"]["tasks"]["nodes"]
    assert [one["template"] for one in others] == ["NO_COMMON_TIME", "NO_FIT"]
    query = "query ($id: ID!) { node(id: $id) { id } }"
    assert stage.ask("Nora", query, id=seen[2]["id"])["node"] is None
    conclude = """mutation ($input: ConcludeTaskInput!) { concludeTask(input: $input) { __typename ... on Refusal { code } } }"""
    given = {"task": seen[2]["id"], "ifVersion": seen[2]["version"], "conclusion": "WARNED"}
    assert stage.tell("Nora", conclude, **given, idempotencyKey=stage.key())["code"] == "NOT_FOUND"
    assert stage.tell("Sam", conclude, **given, idempotencyKey=stage.key())["__typename"] == "ConcludeTaskSuccess"
    assert "CONDUCT" not in str(stage.ask("Leo", "{ viewer { notifications(first: 50) { nodes { code text } } } }"))


def test_S_O_23_a_coachs_word_that_a_member_wants_to_leave_is_a_task_and_nothing_else(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    with stage.step() as step:
        told(stage, "Dan", "WANTS_TO_LEAVE")
    assert step.rows == {"notification": "+1", "task": "+1"}
    assert step.mails == [("Sam", "TASK")]
    assert step.google_calls == []
    assert membership(stage)["status"] == "ACTIVE"
    assert told(stage, "Leo", "WANTS_TO_LEAVE")["code"] == "FORBIDDEN"
    assert told(stage, "Leo", "WANTS_ANOTHER_COACH")["__typename"] == "ReportToTeamSuccess"
    with stage.step() as step:
        stage.at("2027-04-01T04:00:00Z")
    assert step.rows == {
        "credit_lot": "+1",
        "ledger_entry": "+2",
        "membership": "~1",
        "money_entry": "+1",
        "notification": "+2 ~1",
        "task": "~2",
    }
    assert step.money == [("CHARGE", "Leo", 24000)]
