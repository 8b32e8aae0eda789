"""What a coach earns, from the statement to the payment (MODEL 5.7, D-21, D-47), and the lists that say what waits."""

from typing import Any

from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup_paid_session, after_s_m_01
from tests.scenarios.statements import record

EARNING = """
query Earning($id: ID!) { node(id: $id) { ... on Session { earning {
  id version status payableAt payout canWaive { allowed code } amount { minorUnits } } } } }
"""
EARNINGS = """
query Earnings($status: [EarningStatus!]) { earnings(status: $status, first: 100) { nodes {
  id status amount { minorUnits } session { id } } } }
"""
WAIVE = """
mutation Waive($input: WaiveEarningInput!) { waiveEarning(input: $input) {
  ... on WaiveEarningSuccess { earning { id status } } ... on Refusal { __typename code message } } }
"""
PAY = """
mutation Pay($input: MarkEarningsPaidInput!) { markEarningsPaid(input: $input) {
  ... on MarkEarningsPaidSuccess { earnings { id status payout } } ... on Refusal { __typename code message } } }
"""
LISTS = """
query Lists { viewer { upcomingSessions(first: 50) { nodes { id } } pastSessions(first: 50) { nodes { id } }
  sessionsToAnswer(first: 50) { nodes { id } } } }
"""


def earning(stage: Stage, session: str, who: str = "Eva") -> Any:
    return stage.ask(who, EARNING, id=session)["node"]["earning"]


def waive(stage: Stage, who: str, found: Any, **more: Any) -> Any:
    fields = {"earning": found["id"], "ifVersion": found["version"], "idempotencyKey": stage.key(), **more}
    return stage.tell(who, WAIVE, **fields)


def pay(stage: Stage, who: str, *found: Any) -> Any:
    return stage.tell(who, PAY, earnings=[one["id"] for one in found], payout="T-17", idempotencyKey=stage.key())


def held(open_stage: OpenStage) -> tuple[Stage, str]:
    """Eva has stated at its end that the session was held."""
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:45:00Z")
    record(stage, "Eva", session, held=True)
    stage.deliver()
    return stage, session


def test_what_a_coach_states_is_payable_after_a_week_and_then_paid(open_stage: OpenStage) -> None:
    stage, session = held(open_stage)
    assert earning(stage, session)["payableAt"] == "2027-03-25T15:45:00Z"
    assert earning(stage, session, "Maya") is None
    assert pay(stage, "Sam", earning(stage, session))["code"] == "WRONG_STATE"
    assert pay(stage, "Sam")["code"] == "INVALID_INPUT"
    stage.at("2027-03-25T15:45:01Z")
    found = earning(stage, session)
    assert pay(stage, "Eva", found)["code"] == "FORBIDDEN"
    with stage.step() as step:
        answer = pay(stage, "Sam", found)
    assert answer["earnings"] == [{"id": found["id"], "status": "PAID", "payout": "T-17"}]
    assert step.difference.touched == {"earning", "event", "event_person", "person", "idempotency_key"}
    assert pay(stage, "Sam", found)["code"] == "WRONG_STATE"
    assert waive(stage, "Eva", earning(stage, session))["code"] == "WRONG_STATE"


def test_a_coach_may_do_without_an_earning(open_stage: OpenStage) -> None:
    stage, session = held(open_stage)
    found = earning(stage, session)
    assert found["canWaive"] == {"allowed": True, "code": None}
    assert waive(stage, "Sam", found)["code"] == "FORBIDDEN"
    assert waive(stage, "Maya", found)["code"] == "NOT_FOUND"
    assert waive(stage, "Eva", found, ifVersion=7)["code"] == "STALE_VERSION"
    with stage.step() as step:
        answer = waive(stage, "Eva", found)
    assert answer["earning"]["status"] == "WAIVED"
    assert step.money == [("EARNING_REVERSAL", "Eva", 10000)]
    assert step.ledger == step.mails == []
    stage.at("2027-04-25T15:45:00Z")
    assert earning(stage, session)["status"] == "WAIVED"


def test_a_members_own_late_cancellation_is_payable_at_once(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.at("2027-03-17T10:00:00Z")
    stage.cancel_at_a_cost("Maya", session)
    assert earning(stage, session)["status"] == "PAYABLE"
    listed = stage.ask("Eva", EARNINGS, status=["PAYABLE"])["earnings"]["nodes"]
    assert [one["session"]["id"] for one in listed] == [session]
    assert stage.ask("Maya", EARNINGS)["earnings"]["nodes"] == []
    assert len(stage.ask("Sam", EARNINGS)["earnings"]["nodes"]) == 1


def lists(stage: Stage, who: str) -> list[list[str]]:
    viewer = stage.ask(who, LISTS)["viewer"]
    names = ("upcomingSessions", "pastSessions", "sessionsToAnswer")
    return [[node["id"] for node in viewer[name]["nodes"]] for name in names]


def test_the_lists_say_what_is_to_come_what_is_over_and_what_waits(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    later = stage.booked("Maya", "session", "Eva", "2027-03-25T15:00:00Z")
    assert lists(stage, "Eva") == [[session, later], [], []]
    stage.at("2027-03-18T15:44:59Z")
    assert lists(stage, "Maya") == [[session, later], [], []]
    stage.at("2027-03-18T15:45:00Z")
    assert lists(stage, "Eva") == [[later], [session], [session]]
    assert lists(stage, "Maya") == [[later], [session], []]
    record(stage, "Eva", session, held=True)
    assert lists(stage, "Eva") == [[later], [session], []]
    stage.at("2027-03-25T08:00:00Z")
    stage.cancel("Maya", later, claim="EMERGENCY")
    assert lists(stage, "Eva") == [[], [session], [later]]


def test_a_time_that_the_other_side_has_changed_waits_for_the_member(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.reschedule("Eva", session, "2027-03-19T15:00:00Z")
    assert (lists(stage, "Maya")[2], lists(stage, "Eva")[2]) == ([session], [])
