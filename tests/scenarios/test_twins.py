"""What the twin of a verb says is what the verb does, by the difference in the database: verbs beside the change of a session."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.memberships import ANSWER, EFFECT, MAKE, PAY, accepted, asked, membership, mento, on, sponsored
from tests.scenarios.payments import PAY as RECORD_PAYMENT
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, after_s_m_01
from tests.scenarios.test_earnings import PAY as PAY_OUT
from tests.scenarios.test_earnings import earning, held
from tests.scenarios.test_memberships import PAST_DUE, receipt
from tests.scenarios.test_notes import item, note, tell
from tests.scenarios.test_support import CONCLUDE, contact, the_task
from tests.scenarios.test_topmate import topmate

Json = dict[str, Any]
SAID = "allowed code"
OF_NODE = "query Q($id: ID!) {{ node(id: $id) {{ ... on {kind} {{ {twin} {{ {said} }} }} }} }}"


def shown(stage: Stage, who: str, kind: str, twin: str, key: str, *, said: str = SAID) -> Json | None:
    """What the twin says of this object; None for who does not see the object at all."""
    found = stage.ask(who, OF_NODE.format(kind=kind, twin=twin, said=said), id=key)["node"]
    return None if found is None else found[twin.partition("(")[0]]


def assert_same(stage: Stage, check: Json | None, act: Callable[[], Json]) -> Json:
    """The act is allowed exactly where its twin said so, with the same code; a refusal leaves nothing behind."""
    stage.deliver()
    with stage.step() as step:
        answer = act()
    if check is None:
        assert answer["code"] in ("NOT_FOUND", "FORBIDDEN")
    elif check["allowed"]:
        assert check["code"] is None
        assert "code" not in answer, answer
    else:
        assert answer["code"] == check["code"]
    if check is None or not check["allowed"]:
        step.assert_nothing_happened()
    return answer


@pytest.mark.parametrize("who", ["Maya", "Eva", "Sam", "Leo"])
def test_of_help_and_of_what_is_written_down(open_stage: OpenStage, who: str) -> None:
    stage, session = after_s_m_01(open_stage)
    stage.person("Leo", "MEMBER")
    for twin, act in (
        ("canContactSupport", lambda: contact(stage, who, session)),
        ("canWriteNote", lambda: note(stage, who, session, "Words.", "SHARED")),
        ("canAddActionItem", lambda: item(stage, who, session, "A step.")),
    ):
        assert_same(stage, shown(stage, who, "Session", twin, session), act)


@pytest.mark.parametrize("visibility", ["SHARED", "PRIVATE"])
@pytest.mark.parametrize("who", ["Eva", "Maya", "Sam"])
def test_of_changing_what_is_written_down(open_stage: OpenStage, who: str, visibility: str) -> None:
    stage, session = after_s_m_01(open_stage)
    written = note(stage, "Eva", session, "Words.", visibility)["note"]
    step = item(stage, "Eva", session, "A step.", visibility)["actionItem"]
    changed = {"text": "Others.", "visibility": visibility, "ifVersion": 1}
    assert_same(
        stage,
        shown(stage, who, "Note", "canEdit", written["id"]),
        lambda: tell(stage, who, "editNote", "note { id }", note=written["id"], **changed),
    )
    assert_same(
        stage,
        shown(stage, who, "ActionItem", "canFinish", step["id"]),
        lambda: tell(
            stage, who, "finishActionItem", "actionItem { id }", actionItem=step["id"], done=True, ifVersion=1
        ),
    )
    version = 2 if shown(stage, who, "ActionItem", "canFinish", step["id"]) else 1
    assert_same(
        stage,
        shown(stage, who, "ActionItem", "canEdit", step["id"]),
        lambda: tell(
            stage,
            who,
            "editActionItem",
            "actionItem { id }",
            actionItem=step["id"],
            **{**changed, "ifVersion": version},
        ),
    )


def test_of_concluding_a_task(open_stage: OpenStage) -> None:
    stage, session = after_s_m_01(open_stage)
    contact(stage, "Maya", session)
    task = the_task(stage)

    def conclude(conclusion: str, version: int) -> Json:
        fields = {"task": task["id"], "ifVersion": version, "conclusion": conclusion}
        return stage.tell("Sam", CONCLUDE, **fields, idempotencyKey=stage.key())

    for conclusion, version in (("FORGOTTEN", 1), ("ANSWERED", 1), ("ANSWERED", 2)):
        check = shown(stage, "Sam", "Task", f'canConclude(conclusion: "{conclusion}")', str(task["id"]))
        assert_same(stage, check, lambda: conclude(conclusion, version))  # noqa: B023  called at once


CAN_PAY = "query Q($input: PaymentTerms!) { canRecordPayment(input: $input) { allowed code units known charge { minorUnits } } }"


@pytest.mark.parametrize("who", ["Sam", "Nora"])
@pytest.mark.parametrize(
    "amount", [{"minorUnits": 6000, "currency": "EUR"}, {"minorUnits": 6000, "currency": "USD"}], ids=["EUR", "USD"]
)
def test_of_recording_a_payment(open_stage: OpenStage, who: str, amount: Json) -> None:
    stage = topmate(open_stage)
    fields = {
        "member": stage.gid("Nora"),
        "kind": stage.kinds["call"],
        "amount": amount,
        "provider": "till",
        "reference": "pay_1",
    }
    for again in (False, True):
        check = stage.ask(who, CAN_PAY, input=fields)["canRecordPayment"]
        with stage.step() as step:
            answer = stage.tell(who, RECORD_PAYMENT, **fields, idempotencyKey=stage.key())
        assert answer.get("code") == check["code"]
        charge = check["charge"]
        assert step.money == ([] if charge is None else [("CHARGE", "Nora", charge["minorUnits"])])
        assert sum(units for kind, units, _ in step.ledger if kind == "GRANT") == check["units"]
        assert check["known"] == (again and check["allowed"])


CAN_PAY_OUT = (
    "query Q($ids: [ID!]!) { canMarkEarningsPaid(earnings: $ids) { allowed code amounts { minorUnits currency } } }"
)


@pytest.mark.parametrize("who", ["Sam", "Eva"])
def test_of_paying_earnings(open_stage: OpenStage, who: str) -> None:
    stage, session = held(open_stage)
    key = earning(stage, session)["id"]
    for at in (None, "2027-03-25T15:45:01Z", "2027-03-25T15:45:02Z"):
        if at is not None:
            stage.at(at)
        check = stage.ask(who, CAN_PAY_OUT, ids=[key])["canMarkEarningsPaid"]
        with stage.step() as step:
            answer = stage.tell(who, PAY_OUT, earnings=[key], payout="T-17", idempotencyKey=stage.key())
        assert answer.get("code") == check["code"]
        paid = sum(
            row["minor_units"]
            for row in step.difference.after.of("earning")
            if (row["id"],) in step.difference.changed("earning") and row["status"] == "PAID"
        )
        assert paid == sum(one["minorUnits"] for one in check["amounts"])


CAN_ASK = "query Q($member: ID!, $wanted: RequestChoice!) { canMakeRequest(member: $member, wanted: $wanted) { allowed code } }"


@pytest.mark.parametrize("who", ["Leo", "Dan", "Sam", "Nora"])
@pytest.mark.parametrize("wanted", [{"extra": {}}, {"cadence": "WEEKLY"}], ids=["extra", "rhythm"])
def test_of_asking_the_team(open_stage: OpenStage, who: str, wanted: Json) -> None:
    stage = mento(open_stage)
    stage.person("Nora", "MEMBER")
    check = stage.ask(who, CAN_ASK, member=stage.gid("Leo"), wanted=wanted)["canMakeRequest"]
    fields = {"member": stage.gid("Leo"), "wanted": wanted, "text": "Please.", "idempotencyKey": stage.key()}
    assert_same(stage, check, lambda: stage.tell(who, MAKE, **fields))


@pytest.mark.parametrize("who", ["Sam", "Leo", "Dan"])
@pytest.mark.parametrize("paid_by", ["member", "sponsor"])
@pytest.mark.parametrize("answer", ["QUOTE", "APPROVE", "REFUSE"])
def test_of_answering_for_the_team(open_stage: OpenStage, who: str, paid_by: str, answer: str) -> None:
    stage = mento(open_stage) if paid_by == "member" else _sponsored(open_stage)
    request = asked(stage, "Leo", extra={})
    price = {"price": {"minorUnits": 12000, "currency": "EUR"}} if answer == "QUOTE" else {}
    words = '(answer: QUOTE, price: {minorUnits: 12000, currency: "EUR"})' if price else f"(answer: {answer})"
    check = shown(stage, who, "MembershipRequest", f"canAnswer{words}", request["id"], said=f"{SAID} {EFFECT}")
    done = assert_same(stage, check, lambda: on(stage, who, ANSWER, request, answer=answer, **price))
    if check is not None and check["allowed"]:
        assert check["effect"]["charge"] is None
        assert done["status"] == {"QUOTE": "QUOTED", "APPROVE": "DONE", "REFUSE": "REFUSED"}[answer]


def _sponsored(open_stage: OpenStage) -> Stage:
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    stage.coach("Dan", kinds=["one_on_one", "chemistry", "one_off"])
    stage.person("Leo", "MEMBER")
    from tests.scenarios.memberships import MONTHLY, enrolled

    enrolled(stage, "Leo", "Dan", plan=MONTHLY, contract=sponsored(stage))
    stage.deliver()
    return stage


@pytest.mark.parametrize("who", ["Leo", "Dan", "Sam"])
def test_of_taking_a_request_back(open_stage: OpenStage, who: str) -> None:
    stage = mento(open_stage)
    request = asked(stage, "Leo", extra={})
    withdraw = MAKE.replace("MakeRequest", "WithdrawRequest").replace("makeRequest", "withdrawRequest")
    for _ in range(2):
        check = shown(stage, who, "MembershipRequest", "canWithdraw", request["id"])
        answer = assert_same(stage, check, lambda: on(stage, who, withdraw, request))  # noqa: B023  called at once
        request = answer if "version" in answer else request


@pytest.mark.parametrize("who", ["Sam", "Leo"])
def test_of_the_payment_of_a_request(open_stage: OpenStage, who: str) -> None:
    stage = mento(open_stage)
    request = asked(stage, "Leo", extra={})
    check = shown(stage, who, "MembershipRequest", "canRecordPayment", request["id"], said=f"{SAID} {EFFECT}")
    assert_same(stage, check, lambda: on(stage, who, PAY, request, provider="till", reference="1"))
    request = on(stage, "Sam", ANSWER, request, answer="QUOTE", price={"minorUnits": 12000, "currency": "EUR"})
    request = accepted(stage, request)
    stage.deliver()
    check = shown(stage, who, "MembershipRequest", "canRecordPayment", request["id"], said=f"{SAID} {EFFECT}")
    with stage.step() as step:
        answer = on(stage, who, PAY, request, provider="till", reference="1")
    assert check is not None
    assert answer.get("code") == check["code"]
    charge = None if check["effect"] is None else check["effect"]["charge"]
    assert step.money == ([] if charge is None else [("CHARGE", "Leo", charge["minorUnits"])])


@pytest.mark.parametrize("who", ["Sam", "Leo", "Dan"])
def test_of_a_membership_that_is_past_due(open_stage: OpenStage, who: str) -> None:
    stage = mento(open_stage)
    key = membership(stage)["id"]
    for _ in range(2):
        check = shown(stage, who, "Membership", "canMarkPastDue", key)
        fields = {"membership": key, "ifVersion": membership(stage)["version"], "idempotencyKey": stage.key()}
        assert_same(stage, check, lambda: stage.tell(who, PAST_DUE, **fields, note="card expired"))  # noqa: B023


CAN_RECEIVE = "query Q($input: PaymentTerms!) { canRecordReceipt(input: $input) { allowed code } }"


def test_of_a_receipt(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    for reference, units in (("1", 10000), ("1", 1), ("2", -1)):
        terms = {
            "member": stage.gid("Leo"),
            "amount": {"minorUnits": units, "currency": "EUR"},
            "provider": "bank",
            "reference": reference,
        }
        check = stage.ask("Sam", CAN_RECEIVE, input=terms)["canRecordReceipt"]
        assert_same(stage, check, lambda: receipt(stage, reference, units))  # noqa: B023  called at once
