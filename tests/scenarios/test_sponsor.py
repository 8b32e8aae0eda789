"""A sponsor, a coach and staff each read what section 10 gives them and no more, in every list and count (MODEL 10)."""

from typing import Any

import pytest

from tests.scenarios.memberships import ANSWER, MONTHLY, asked, enrolled, membership, on, sponsored
from tests.scenarios.stage import ZONES, Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record

SPONSORED = """
{ viewer { sponsorships { name sponsor approves membershipCount scheduledCount heldCount
    credits { available held used forfeited expired revoked }
    sessions(first: 10) { nodes { startsAt endsAt } } charges(first: 10) { nodes { kind amount { minorUnits } } } } } }
"""
LISTS = """
{ engagements { nodes { id } } viewer { sessions { nodes { id } } entitlements { nodes { id } } money { nodes { id } }
    requests { nodes { id member { name } text price { minorUnits } } } membership { id } } }
"""
NODE = "query ($id: ID!) { node(id: $id) { id } }"
STAFF_LISTS = ("sessions", "people", "contracts", "apiKeys")


def works(open_stage: OpenStage, *, approves: bool = False) -> tuple[Stage, str]:
    """Leo's membership is paid by The Works, for which Mona reads; Nora pays for her own. Both have a session in March."""
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    ZONES.setdefault("Mona", "Europe/London")
    stage.person("Mona", "MEMBER")
    stage.coach("Dan", kinds=["one_on_one", "chemistry", "one_off"])
    for name, more in (("Leo", {"contract": sponsored(stage, sponsor="Mona", approves=approves)}), ("Nora", {})):
        stage.person(name, "MEMBER")
        enrolled(stage, name, "Dan", plan=MONTHLY, **more)
    session = stage.booked("Leo", "one_on_one", "Dan", "2027-03-15T13:00:00Z")
    stage.booked("Nora", "one_on_one", "Dan", "2027-03-16T13:00:00Z")
    return stage, session


def test_a_sponsor_reads_dates_counts_totals_and_its_own_charges(open_stage: OpenStage) -> None:
    stage, _ = works(open_stage)
    assert stage.ask("Mona", SPONSORED)["viewer"]["sponsorships"] == [
        {
            "name": "Frame",
            "sponsor": "The Works",
            "approves": False,
            "membershipCount": 1,
            "scheduledCount": 1,
            "heldCount": 0,
            "credits": {"available": 7, "held": 1, "used": 0, "forfeited": 0, "expired": 0, "revoked": 0},
            "sessions": {"nodes": [{"startsAt": "2027-03-15T13:00:00Z", "endsAt": "2027-03-15T13:45:00Z"}]},
            "charges": {"nodes": [{"kind": "CHARGE", "amount": {"minorUnits": 24000}}]},
        }
    ]


@pytest.mark.parametrize("who", ["Leo", "Nora", "Dan", "Sam"])
def test_nobody_else_reads_for_the_sponsor(open_stage: OpenStage, who: str) -> None:
    stage, _ = works(open_stage)
    assert stage.ask(who, SPONSORED)["viewer"]["sponsorships"] == []


def test_a_sponsor_finds_nothing_of_its_members_in_any_list_nor_by_any_id(open_stage: OpenStage) -> None:
    stage, session = works(open_stage)
    request = asked(stage, "Leo", extra={})
    found = stage.ask("Mona", LISTS)
    assert found["engagements"]["nodes"] == []
    assert {name: len(part["nodes"]) for name, part in found["viewer"].items() if name != "membership"} == {
        "sessions": 0,
        "entitlements": 0,
        "money": 0,
        "requests": 0,
    }
    for key in (session, membership(stage)["id"], stage.gid("Leo"), request["id"]):
        assert stage.ask("Mona", NODE, id=key)["node"] is None
    for name in STAFF_LISTS:
        answer = stage.theatre.post(stage.token("Mona"), "{ %s { nodes { id } } }" % name, {})  # noqa: UP031
        assert [one["extensions"]["code"] for one in answer["errors"]] == ["FORBIDDEN"]
    assert on(stage, "Mona", ANSWER, request, answer="APPROVE")["code"] == "NOT_FOUND"


def test_a_sponsor_whose_contract_says_so_answers_requests_without_reading_who_asks(open_stage: OpenStage) -> None:
    stage, _ = works(open_stage, approves=True)
    request = asked(stage, "Leo", extra={})
    asked(stage, "Nora", extra={})
    [seen] = stage.ask("Mona", LISTS)["viewer"]["requests"]["nodes"]
    assert seen == {"id": request["id"], "member": None, "text": None, "price": None}
    assert on(stage, "Mona", ANSWER, request, answer="APPROVE")["status"] == "DONE"


def test_the_member_neither_owes_nor_reads_what_the_sponsor_pays(open_stage: OpenStage) -> None:
    stage, _ = works(open_stage)
    assert stage.ask("Leo", LISTS)["viewer"]["money"]["nodes"] == []
    own = membership(stage)
    assert (own["price"], own["arrears"], own["channel"]) == (None, {"minorUnits": 0}, "B2B")
    [charge] = [row for row in stage_rows(stage, "money_entry") if row["contract_id"] is not None]
    key = stage.theatre.global_id("MoneyEntry", charge["id"])
    assert stage.ask("Leo", NODE, id=key)["node"] is None
    assert stage.ask("Dan", NODE, id=key)["node"] is None
    assert stage.ask("Sam", NODE, id=key)["node"] == {"id": key}


def test_a_coach_reads_own_sessions_and_members_but_no_membership_and_no_charge(open_stage: OpenStage) -> None:
    stage, session = works(open_stage)
    found = stage.ask("Dan", LISTS)
    assert len(found["engagements"]["nodes"]) == len(found["viewer"]["sessions"]["nodes"]) == 2
    assert found["viewer"]["money"]["nodes"] == []
    assert stage.ask("Dan", NODE, id=session)["node"] == {"id": session}
    assert stage.ask("Dan", NODE, id=membership(stage)["id"])["node"] is None


LEDGER = """query ($id: ID!) { node(id: $id) { ... on Session { ledgerEntries(first: 10) { nodes { kind
    entitlement { entries(first: 10) { nodes { kind session { id } } } } } } } } }"""


def test_a_coach_reads_of_a_members_ledger_what_is_about_own_sessions_alone(open_stage: OpenStage) -> None:
    """Also by the way of an entry: a pack pays for sessions with Eva and with Cora."""
    stage = open_stage("thrive", at="2027-03-01T09:00:00Z")
    for name in ("Eva", "Cora"):
        stage.coach(name, kinds=["session"])
    stage.member("Maya", "Eva", "Cora")
    stage.pack("Maya", "session", 5)
    own, other = (
        stage.booked("Maya", "session", who, f"2027-03-1{day}T10:00:00Z") for who, day in (("Eva", 5), ("Cora", 6))
    )
    found = {who: stage.ask(who, LEDGER, id=own)["node"]["ledgerEntries"]["nodes"] for who in ("Eva", "Maya", "Sam")}
    entries = {who: nodes[0]["entitlement"]["entries"]["nodes"] for who, nodes in found.items()}
    hold = {"kind": "HOLD", "session": {"id": own}}
    assert entries["Eva"] == [hold]
    assert entries["Maya"] == entries["Sam"] == [
        {"kind": "GRANT", "session": None}, hold, {"kind": "HOLD", "session": {"id": other}},
    ]  # fmt: skip


def test_staff_read_everything_of_both(open_stage: OpenStage) -> None:
    stage, session = works(open_stage)
    request = asked(stage, "Leo", extra={})
    for key in (session, membership(stage)["id"], stage.gid("Leo"), request["id"]):
        assert stage.ask("Sam", NODE, id=key)["node"] == {"id": key}
    assert len(stage.ask("Sam", "{ sessions { nodes { id } } }")["sessions"]["nodes"]) == 2


FEES = """
extends = "mento"
[fee]
payer = "{payer}"
[reasons]
CLIENT_NO_SHOW = {{fee = "20.00"}}
"""


@pytest.mark.parametrize("who", ["Leo", "Nora"])
@pytest.mark.parametrize("payer", ["SPONSOR", "MEMBER"])
def test_a_fee_is_due_from_the_sponsor_where_the_policy_says_so_and_there_is_one(
    open_stage: OpenStage, payer: str, who: str
) -> None:
    """D-56: charged to the contract, told to nobody but its sponsor's list, and given back to it by an amendment."""
    stage, _ = works(open_stage)
    stage.publish(FEES.format(payer=payer))
    session = stage.booked(who, "one_on_one", "Dan", "2027-03-17T13:00:00Z")
    stage.at("2027-03-17T13:10:00Z")
    with stage.step() as step:
        record(stage, "Dan", session, absent="MEMBER")
    by_sponsor = payer == "SPONSOR" and who == "Leo"
    assert ("CHARGE", who, 2000) in step.money
    assert ((who, "FEE_CHARGED") in step.mails) != by_sponsor
    assert [one["kind"] for one in charges(stage)] == ["CHARGE"] * (1 + by_sponsor)
    assert len(stage.ask(who, LISTS)["viewer"]["money"]["nodes"]) == (who == "Nora") + (not by_sponsor)
    stage.at("2027-03-17T13:20:00Z")
    with stage.step() as step:
        record(stage, "Dan", session, reason="OTHER")
    assert ("REFUND", who, 2000) in step.money
    assert ((who, "REFUNDED") in step.mails) != by_sponsor
    assert [one["kind"] for one in charges(stage)] == ["CHARGE", "CHARGE", "REFUND"][: 1 + 2 * by_sponsor]


def charges(stage: Stage) -> list[dict[str, Any]]:
    [contract] = stage.ask("Mona", SPONSORED)["viewer"]["sponsorships"]
    return contract["charges"]["nodes"]


def stage_rows(stage: Stage, table: str) -> list[dict[str, Any]]:
    from tests.scenarios.records import read_records

    return [dict(row) for row in read_records(stage.theatre.owner, stage.organisation_id).of(table)]
