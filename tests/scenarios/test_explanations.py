"""Every entry of credits and money is explained by a query: cause, rule, policy version, actor, reversal; and statements (MODEL 7, 10)."""

from tests.invariants.accounts import assert_statements_are_the_ledger
from tests.scenarios.documents import SESSION_BY_ID
from tests.scenarios.explanations import credits_of, links, money_of, statement, told
from tests.scenarios.payments import pay
from tests.scenarios.records import read_records
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, aceup_paid_session, instant, sixth_platform
from tests.scenarios.statements import record
from tests.scenarios.test_earnings import earning
from tests.scenarios.test_earnings import pay as pay_out
from tests.scenarios.test_sponsor import works
from tests.scenarios.test_topmate import CALL, topmate


def amended(open_stage: OpenStage) -> tuple[Stage, str]:
    """On the sixth platform Eva has recorded an absence, with its fee, and then another reason."""
    stage, session = sixth_platform(open_stage)
    stage.at("2027-03-18T10:10:00Z")
    record(stage, "Eva", session, absent="MEMBER")
    stage.at("2027-03-18T10:20:00Z")
    record(stage, "Eva", session, reason="OTHER")
    stage.deliver()
    return stage, session


def test_credits_say_why_they_moved_and_what_gave_them_back(open_stage: OpenStage) -> None:
    stage, session = amended(open_stage)
    entries = credits_of(stage, "Maya", session)
    assert told(entries) == [
        ("HOLD", "SESSION_BOOKED", entries[0]["rule"], "Maya"),
        ("FORFEIT", "OUTCOME_RECORDED", "no-show", "Eva"),
        ("RESTORE", "OUTCOME_AMENDED", entries[2]["rule"], "Eva"),
    ]
    assert all(one["rule"] for one in entries)
    assert {one["policyVersion"] for one in entries} == {2}
    assert links(entries) == {"RESTORE": ["FORFEIT"]}
    [forfeit] = [one for one in entries if one["kind"] == "FORFEIT"]
    assert [one["cause"] for one in forfeit["reversedBy"]] == ["OUTCOME_AMENDED"]
    assert forfeit["decision"]["row"] == "no-show"
    assert credits_of(stage, "Eva", session) == credits_of(stage, "Sam", session) == entries


def test_money_says_why_it_is_due_and_what_took_it_back(open_stage: OpenStage) -> None:
    stage, _ = amended(open_stage)
    entries = money_of(stage, "Sam")
    assert sorted(one["kind"] for one in entries) == ["CHARGE", "EARNING", "EARNING_REVERSAL", "REFUND"]
    assert links(entries) == {"EARNING_REVERSAL": ["EARNING"], "REFUND": ["CHARGE"]}
    for one in entries:
        assert one["rule"]
        assert one["policyVersion"] == one["decision"]["policyVersion"] == 2
        assert one["actor"] == {"kind": "COACH", "name": "Eva"}
        assert (one["cause"] == "OUTCOME_AMENDED") == (not one["reversedBy"])
    mine = {who: [one["kind"] for one in money_of(stage, who)] for who in ("Maya", "Eva")}
    assert {who: sorted(kinds) for who, kinds in mine.items()} == {
        "Maya": ["CHARGE", "REFUND"],
        "Eva": ["EARNING", "EARNING_REVERSAL"],
    }


def test_what_happens_by_itself_is_explained_too(open_stage: OpenStage) -> None:
    """A report that nobody answers refunds what was paid before there was a session (S-T-05)."""
    stage = topmate(open_stage)
    pay(stage, "Nora", "call", 6000)
    session = stage.booked("Nora", "call", "Cora", CALL)
    stage.at("2027-03-18T14:50:00Z")
    stage.cancel("Cora", session)
    entries = money_of(stage, "Nora")
    assert told(entries) == [
        ("CHARGE", "PAYMENT_RECORDED", "entitlement.basis", "Sam"),
        ("REFUND", "SESSION_CANCELLED", "coach-cancel", "Cora"),
    ]
    assert links(entries) == {"REFUND": ["CHARGE"]}
    assert [one["kind"] for one in entries[0]["reversedBy"]] == ["REFUND"]
    assert links(credits_of(stage, "Nora", session)) == {"RELEASE": ["HOLD"]}


def test_grants_and_expiries_name_the_version_in_force(open_stage: OpenStage) -> None:
    stage, _ = aceup_paid_session(open_stage)
    stage.at("2027-03-20T12:00:00Z")
    stage.publish('extends = "aceup"\n')
    stage.at("2027-04-01T00:00:00Z")
    found = stage.ask("Maya", LEDGER)["viewer"]["entitlements"]["nodes"]
    entries = [one for lot in found for one in lot["entries"]["nodes"]]
    rules = {one["kind"]: one["rule"] for one in entries}
    assert (rules["GRANT"], rules["EXPIRE"]) == ("entitlement.quantity", "entitlement.period")
    assert all(rules.values())
    versions = {(one["kind"], one["policyVersion"]) for one in entries}
    assert versions == {("GRANT", 1), ("HOLD", 1), ("EXPIRE", 2), ("GRANT", 2)}


LEDGER = "{ viewer { entitlements { nodes { entries(first: 50) { nodes { kind cause rule policyVersion } } } } } }"


def test_a_member_reads_what_they_owe_and_what_they_have_paid(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    pay(stage, "Nora", "call", 6000)
    session = stage.booked("Nora", "call", "Cora", CALL)
    assert statement(stage, "Nora", "MEMBER") == {
        "person": {"name": "Nora"},
        "side": "MEMBER",
        "opening": [{"minorUnits": 0, "currency": "EUR"}],
        "closing": [{"minorUnits": 0, "currency": "EUR"}],
        "settled": [{"minorUnits": 6000, "currency": "EUR"}],
        "totals": [{"kind": "CHARGE", "amount": {"minorUnits": 6000}}],
        "entries": {"nodes": [{"kind": "CHARGE", "cause": "PAYMENT_RECORDED", "amount": {"minorUnits": 6000}}]},
        "settlements": {
            "nodes": [
                {
                    "provider": "till",
                    "reference": "pay_1",
                    "amount": {"minorUnits": 6000},
                    "settledAt": "2027-03-10T12:00:00Z",
                }
            ]
        },
    }
    stage.at("2027-03-18T14:50:00Z")
    stage.cancel("Cora", session)
    after = statement(stage, "Nora", "MEMBER", from_="2027-03-18T00:00:00Z", to="2027-03-19T00:00:00Z")
    assert after is not None
    assert (after["opening"], after["closing"]) == (
        [{"minorUnits": 0, "currency": "EUR"}],
        [{"minorUnits": -6000, "currency": "EUR"}],
    )
    assert after["totals"] == [{"kind": "REFUND", "amount": {"minorUnits": 6000}}]
    assert after["settled"] == after["settlements"]["nodes"] == []


def test_a_sum_may_be_larger_than_any_amount(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    for reference in ("pay_1", "pay_2"):
        pay(stage, "Nora", "call", 2**31 - 1, reference=reference)
    found = statement(stage, "Nora", "MEMBER")
    assert found is not None
    assert found["settled"] == [{"minorUnits": 2**32 - 2, "currency": "EUR"}]


def test_a_coach_reads_what_is_owed_to_them_and_what_was_paid(open_stage: OpenStage) -> None:
    stage, session = aceup_paid_session(open_stage)
    stage.at("2027-03-18T15:45:00Z")
    record(stage, "Eva", session, held=True)
    stage.at("2027-03-25T15:45:01Z")
    pay_out(stage, "Sam", earning(stage, session))
    found = statement(stage, "Eva", "COACH")
    assert found is not None
    assert found["totals"] == [{"kind": "EARNING", "amount": {"minorUnits": 10000}}]
    assert found["settled"] == [{"minorUnits": 10000, "currency": "EUR"}]
    assert found["closing"] == [{"minorUnits": 0, "currency": "EUR"}]
    assert [one["reference"] for one in found["settlements"]["nodes"]] == ["T-17"]
    before = statement(stage, "Eva", "COACH", to="2027-03-25T00:00:00Z")
    assert before is not None
    assert (before["closing"], before["settled"]) == ([{"minorUnits": 10000, "currency": "EUR"}], [])
    record(stage, "Sam", session, reason="OTHER", note="It was not held.")
    after = statement(stage, "Sam", "COACH", person="Eva")
    assert after is not None
    assert after["closing"] == [{"minorUnits": -10000, "currency": "EUR"}]
    assert [one["kind"] for one in after["entries"]["nodes"]] == ["EARNING", "EARNING_REVERSAL"]


def test_the_statements_of_all_are_the_ledger(open_stage: OpenStage) -> None:
    """Also when an earning was paid out, taken back and earned anew, and where a sponsor owes what no member does."""
    stage, session = amended(open_stage)
    record(stage, "Sam", session, absent="MEMBER", note="She was not there.")
    stage.at("2027-03-25T10:20:01Z")
    assert "earnings" in pay_out(stage, "Sam", earning(stage, session))
    record(stage, "Sam", session, reason="OTHER", note="She was ill.")
    record(stage, "Sam", session, absent="MEMBER", note="No letter came.")
    sponsored, _ = works(open_stage)
    for one in (stage, sponsored):
        records = read_records(one.theatre.owner, one.organisation_id)
        with one.theatre.database.unit(one.organisation_id, read_only=True) as unit:
            assert_statements_are_the_ledger(unit, records, now=instant("2027-03-18T10:20:00Z"))


def test_nobody_but_staff_reads_the_statement_of_somebody_else(open_stage: OpenStage) -> None:
    stage, _ = amended(open_stage)
    for who, whose in (("Eva", "Maya"), ("Maya", "Eva")):
        for side in ("MEMBER", "COACH"):
            assert statement(stage, who, side, person=whose) is None
    assert statement(stage, "Sam", "MEMBER", person="Maya") == statement(stage, "Maya", "MEMBER")
    assert statement(stage, "Sam", "COACH", person="Eva") == statement(stage, "Eva", "COACH")
    other = statement(stage, "Maya", "COACH")
    assert other is not None
    assert other["totals"] == other["closing"] == []


def test_an_earning_leads_to_its_entry(open_stage: OpenStage) -> None:
    stage, session = amended(open_stage)
    document = """query ($id: ID!) { node(id: $id) { ... on Session { earning {
      status entry { kind cause reversedBy { kind } } } } } }"""
    assert stage.ask("Eva", document, id=session)["node"]["earning"] == {
        "status": "REVERSED",
        "entry": {"kind": "EARNING", "cause": "OUTCOME_RECORDED", "reversedBy": [{"kind": "EARNING_REVERSAL"}]},
    }
    assert stage.ask("Maya", SESSION_BY_ID, id=session)["node"]["moneyEntries"]["nodes"]


def test_what_a_sponsor_owes_is_on_no_statement_of_the_member_and_explained_to_the_sponsor(
    open_stage: OpenStage,
) -> None:
    stage, _ = works(open_stage)
    found = statement(stage, "Leo", "MEMBER")
    assert found is not None
    assert found["totals"] == found["entries"]["nodes"] == []
    asked = "{ viewer { sponsorships { charges(first: 10) { nodes { kind cause rule policyVersion } } } } }"
    [contract] = stage.ask("Mona", asked)["viewer"]["sponsorships"]
    assert contract["charges"]["nodes"] == [
        {"kind": "CHARGE", "cause": "MEMBER_ENROLLED", "rule": "membership.tiers", "policyVersion": 1}
    ]
