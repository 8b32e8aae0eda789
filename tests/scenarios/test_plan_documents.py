"""A plan may state values of its own: a contract is stronger than it, the policy weaker (MODEL 3)."""

from typing import Any

from commands.facts.sessions import session_cases
from tests.scenarios import documents
from tests.scenarios.memberships import MONTHLY, enrolled, mento, sponsored
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant

THREE = "[entitlement]\nquantity = {one_on_one = 3}\nreturned_min_validity = 'P10D'\n"
PREMIUM = {**MONTHLY, "document": THREE}
DOCUMENT = "query ($id: ID!) { node(id: $id) { ... on Membership { planDocument } } }"
OWN = "{ viewer { membership { id planDocument } } }"


def march(stage: Stage, who: str) -> int:
    return stage.entitlements(who)["one_on_one 2027-03"]["available"]


def values(stage: Stage, session: str) -> dict[str, Any]:
    """What the session was booked under, with the sources of the values."""
    key = stage.theatre.local_id(session)
    with stage.theatre.database.unit(stage.organisation_id, read_only=True) as unit:
        policy = session_cases(unit, [key], now=instant(stage.now))[key].policy
    return {name: (str(policy.value(name)), str(policy.source(name))) for name in NAMES}


NAMES = ("entitlement.quantity", "entitlement.returned_min_validity", "case.contest_within")


def test_a_plan_states_what_is_otherwise_and_a_contract_what_is_otherwise_again(open_stage: OpenStage) -> None:
    stage = mento(open_stage, plan=PREMIUM)
    contract = sponsored(stage, document="[entitlement]\nquantity = {one_on_one = 5}\n")
    given: dict[str, dict[str, Any]] = {"Nora": {"contract": contract, "plan": PREMIUM}, "Kai": {"plan": MONTHLY}}
    for name, more in given.items():
        stage.person(name, "MEMBER")
        enrolled(stage, name, "Dan", **more)
    assert {who: march(stage, who) for who in ("Leo", "Nora", "Kai")} == {"Leo": 3, "Nora": 5, "Kai": 2}
    sessions = {
        who: stage.booked(who, "one_on_one", "Dan", f"2027-03-1{n}T13:00:00Z")
        for n, who in enumerate(("Leo", "Nora", "Kai"))
    }
    assert {who: values(stage, key) for who, key in sessions.items()} == {
        "Leo": {
            NAMES[0]: ("3", "PLAN"),
            NAMES[1]: ("10 days, 0:00:00", "PLAN"),
            NAMES[2]: ("7 days, 0:00:00", "DEFAULT"),
        },
        "Nora": {
            NAMES[0]: ("5", "CONTRACT"),
            NAMES[1]: ("10 days, 0:00:00", "PLAN"),
            NAMES[2]: ("7 days, 0:00:00", "DEFAULT"),
        },
        "Kai": {
            NAMES[0]: ("2", "PRESET"),
            NAMES[1]: ("30 days, 0:00:00", "DEFAULT"),
            NAMES[2]: ("7 days, 0:00:00", "DEFAULT"),
        },
    }
    own = stage.ask("Leo", OWN)["viewer"]["membership"]
    assert own["planDocument"] is None
    assert stage.ask("Sam", DOCUMENT, id=own["id"])["node"]["planDocument"] == THREE


def test_a_plan_that_does_not_fit_is_refused_and_so_is_a_policy_that_a_plan_does_not_fit(open_stage: OpenStage) -> None:
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    stage.coach("Dan", kinds=["one_on_one"])
    stage.person("Leo", "MEMBER")
    fields = {"member": stage.gid("Leo"), "coaches": [stage.gid("Dan")]}
    odd = {**MONTHLY, "document": "[booking]\nhorizon_period = 2\n"}
    refused = stage.tell("Sam", documents.ENROL, **fields, plan=odd, idempotencyKey=stage.key())
    assert refused["__typename"] == "InvalidInput"
    ours = 'extends = "mento"\n[reasons.OURS]\nuse = "ended"\nfault = "none"\n'
    stage.publish(ours)
    counting = '[tallies.ours]\nof = "PAIR"\ncounts = {OURS = 1}\nwindow = "ALL"\n'
    enrolled(stage, "Leo", "Dan", plan={**MONTHLY, "document": counting})
    refused = stage.tell("Sam", documents.PUBLISH, document='extends = "mento"\n', idempotencyKey=stage.key())
    assert refused["message"].startswith("A plan does not fit: ")
