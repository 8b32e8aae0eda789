"""Other rhythms, extra sessions and sessions with another coach: S-O-15 … S-O-20, S-O-32 (O31 … O39, D-26 … D-28)."""

import pytest

from tests.scenarios.memberships import (
    ACCEPT,
    ANSWER,
    CADENCE,
    CAN_ACCEPT,
    CANCEL,
    PAY,
    accepted,
    another_rhythm,
    asked,
    changed,
    membership,
    mento,
    on,
    sponsored,
)
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage
from tests.scenarios.statements import record

RENEWAL = "2027-04-01T04:00:00Z"
ASKED = [("Leo", "REQUEST_UPDATED"), ("Sam", "TASK")]
TASKS = "{ viewer { tasks(first: 20) { nodes { template status conclusion request member { name } coach { name } session { id } } } } }"


def tasks(stage: Stage) -> list[dict[str, object]]:
    return stage.ask("Sam", TASKS)["viewer"]["tasks"]["nodes"]


def balances(stage: Stage) -> dict[str, int]:
    return {name: lot["available"] for name, lot in stage.entitlements("Leo").items()}


def one_off(open_stage: OpenStage, starts_at: str, *, replacing: bool) -> tuple[Stage, str, dict[str, object]]:
    """Leo with Dan on 29 March; a one-off with Cora is asked for and approved by Sam."""
    stage = mento(open_stage)
    stage.coach("Cora", kinds=["one_on_one", "one_off"])
    regular = stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    wanted = {"coach": stage.gid("Cora"), "startsAt": starts_at, **({"replaces": regular} if replacing else {})}
    request = asked(stage, "Leo", oneOff=wanted)
    assert request["status"] == "REQUESTED"
    approved = on(stage, "Sam", ANSWER, request, answer="APPROVE")
    stage.deliver()
    return stage, regular, approved


def test_S_O_15_a_private_member_changes_the_rhythm_from_the_next_renewal_on(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    own = membership(stage)
    fields = {"membership": own["id"], "ifVersion": own["version"], "cadence": "WEEKLY", "idempotencyKey": stage.key()}
    refused = stage.tell("Leo", CADENCE, **fields)
    assert (refused["code"], refused["effect"]["price"]) == ("LATE_CHANGE_NEEDS_ACK", {"minorUnits": 48000})
    with stage.step() as step:
        done = another_rhythm(stage, "WEEKLY")
    assert step.rows == {"membership": "~1", "notification": "+2"}
    assert done["membership"] == {"cadence": "FORTNIGHTLY", "nextCadence": "WEEKLY", "nextCadenceOn": "2027-04-01"}
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at(RENEWAL)
    assert step.rows == {"credit_lot": "+1", "ledger_entry": "+5", "membership": "~1", "money_entry": "+1"}
    assert step.money == [("CHARGE", "Leo", 48000)]
    assert [entry for entry in step.ledger if entry[0] == "GRANT"] == [
        ("GRANT", 2, "one_on_one 2027-04"),
        ("GRANT", 2, "one_on_one 2027-05"),
        ("GRANT", 2, "one_on_one 2027-06"),
        ("GRANT", 4, "one_on_one 2027-07"),
    ]
    assert membership(stage)["cadence"] == "WEEKLY"


def test_S_O_29_fewer_sessions_take_back_at_once_what_is_unused_after_the_renewal(open_stage: OpenStage) -> None:
    """Without a series; the one of S-O-29 is replaced besides."""
    stage = mento(open_stage)
    stage.at("2027-03-10T12:00:00Z")
    with stage.step() as step:
        another_rhythm(stage, "MONTHLY")
    assert step.rows == {"ledger_entry": "+3", "membership": "~1", "notification": "+2"}
    assert step.ledger == [("REVOKE", 1, f"one_on_one 2027-{month}") for month in ("04", "05", "06")]
    stage.at(RENEWAL)
    assert balances(stage)["one_on_one 2027-07"] == 1
    amounts = "{ viewer { money { nodes { amount { minorUnits } } } } }"
    assert stage.ask("Leo", amounts)["viewer"]["money"]["nodes"][-1]["amount"] == {"minorUnits": 12000}


def test_a_rhythm_that_was_recorded_is_taken_back_with_what_it_took(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    another_rhythm(stage, "MONTHLY")
    assert another_rhythm(stage, "FORTNIGHTLY")["membership"]["nextCadence"] is None
    assert set(balances(stage).values()) == {2}
    with stage.step() as step:
        stage.at(RENEWAL)
    assert step.money == [("CHARGE", "Leo", 24000)]


def test_from_weekly_to_monthly_to_fortnightly_each_price_is_a_part_of_the_base(open_stage: OpenStage) -> None:
    """D-27: never of the present price."""
    stage = mento(
        open_stage, plan={"tier": "MONTHLY", "basePrice": {"minorUnits": 24001, "currency": "EUR"}, "cadence": "WEEKLY"}
    )
    charged = [48002]
    for month, cadence, amount in (("04", "MONTHLY", 12001), ("05", "FORTNIGHTLY", 24001)):
        another_rhythm(stage, cadence)
        stage.at(f"2027-{month}-02T00:00:00Z")
        charged.append(amount)
    amounts = stage.ask("Leo", "{ viewer { money { nodes { amount { minorUnits } } } } }")["viewer"]["money"]["nodes"]
    assert [one["amount"]["minorUnits"] for one in amounts] == charged
    found = {name[-2:]: lot["available"] + lot["expired"] for name, lot in stage.entitlements("Leo").items()}
    assert found == {"03": 4, "04": 1, "05": 2, "06": 2, "07": 2, "08": 2}


@pytest.mark.parametrize("who", ["Leo", "Dan"])
def test_S_O_16_a_sponsored_members_rhythm_needs_the_teams_approval(open_stage: OpenStage, who: str) -> None:
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    contract = sponsored(stage)
    stage = with_leo(stage, contract=contract)
    own = membership(stage)
    with stage.step() as step:
        fields = {
            "membership": own["id"],
            "ifVersion": own["version"],
            "cadence": "WEEKLY",
            "idempotencyKey": stage.key(),
        }
        refused = stage.tell(who, CADENCE, **fields)
    step.assert_nothing_happened()
    assert refused["code"] == "APPROVAL_REQUIRED"
    with stage.step() as step:
        request = asked(stage, who, cadence="WEEKLY")
    assert step.rows == {"membership_request": "+1", "notification": "+2", "task": "+1"}
    assert (request["status"], request["kind"]) == ("REQUESTED", "CADENCE")
    assert (step.ledger, step.money, step.mails) == ([], [], ASKED)
    assert membership(stage)["nextCadence"] is None
    done = on(stage, "Sam", ANSWER, request, answer="APPROVE")
    assert done["status"] == "DONE"
    assert membership(stage)["nextCadence"] == "WEEKLY"
    assert [(one["template"], one["status"], one["conclusion"]) for one in tasks(stage)] == [
        ("CADENCE_CHANGE", "DONE", "APPROVED")
    ]


def with_leo(stage: Stage, **more: object) -> Stage:
    from tests.scenarios.memberships import MONTHLY, enrolled

    stage.coach("Dan", kinds=["one_on_one", "chemistry", "one_off"])
    stage.person("Leo", "MEMBER")
    enrolled(stage, "Leo", "Dan", plan=MONTHLY, **more)
    stage.deliver()
    return stage


def test_S_O_17_a_one_off_takes_the_place_of_a_regular_session_without_a_charge(open_stage: OpenStage) -> None:
    stage, regular, request = one_off(open_stage, "2027-03-24T13:00:00Z", replacing=True)
    assert (request["status"], request["price"]) == ("APPROVED", None)
    stage.at("2027-03-20T12:00:00Z")
    with stage.step() as step:
        done = accepted(stage, request)
    assert step.rows == {
        "busy": "+2 -2",
        "ledger_entry": "+2",
        "membership_request": "~1",
        "notification": "+4",
        "session": "+1 ~1",
    }
    assert done["status"] == "DONE"
    assert step.ledger == [("RELEASE", 1, "one_on_one 2027-03"), ("HOLD", 1, "one_on_one 2027-03")]
    assert step.money == []
    assert step.mails == [("Cora", "BOOKED"), ("Dan", "CANCELLED"), ("Leo", "BOOKED"), ("Leo", "CANCELLED")]
    old, new = stage.session(regular), stage.session(done["session"]["id"])
    assert (old["status"], old["late"], old["disposition"]) == ("CANCELLED", False, "RELEASED")
    assert (new["status"], new["kind"]["code"], new["coach"]["name"]) == ("SCHEDULED", "one_off", "Cora")
    assert sorted(step.google_calls) == ["events.delete", "events.insert", "events.list"]


def test_what_a_one_off_was_paid_with_comes_back_when_it_is_cancelled_in_time(open_stage: OpenStage) -> None:
    stage, _, request = one_off(open_stage, "2027-03-24T13:00:00Z", replacing=True)
    done = accepted(stage, request)
    stage.deliver()
    with stage.step() as step:
        stage.cancel("Leo", done["session"]["id"])
    assert step.ledger == [("RELEASE", 1, "one_on_one 2027-03")]


def test_a_missed_one_off_is_no_first_one_on_one(open_stage: OpenStage) -> None:
    """O21 asks for a new appointment after the first 1-on-1 of a pair; a one-off is no beginning."""
    stage, _, request = one_off(open_stage, "2027-03-24T13:00:00Z", replacing=True)
    session = accepted(stage, request)["session"]["id"]
    stage.at("2027-03-24T13:10:00Z")
    with stage.step() as step:
        record(stage, "Cora", session, absent="MEMBER")
    assert (step.ledger, step.money) == ([("FORFEIT", 1, "one_on_one 2027-03")], [("EARNING", "Cora", 10000)])
    assert step.mails == [("Leo", "NO_SHOW_RECORDED"), ("Sam", "TASK")]
    assert "your first" not in stage.message("Leo", "NO_SHOW_RECORDED")["text"]


def test_S_O_32_a_late_replacement_pays_the_regular_coach_and_costs_the_member_nothing(open_stage: OpenStage) -> None:
    stage, regular, request = one_off(open_stage, "2027-03-30T13:00:00Z", replacing=True)
    stage.at("2027-03-28T13:00:00Z")
    with stage.step() as step:
        done = accepted(stage, request)
    assert step.rows == {
        "busy": "+2 -2",
        "earning": "+1",
        "ledger_entry": "+2",
        "membership_request": "~1",
        "money_entry": "+1",
        "notification": "+4",
        "session": "+1 ~1",
    }
    assert done["status"] == "DONE"
    assert step.ledger == [("RELEASE", 1, "one_on_one 2027-03"), ("HOLD", 1, "one_on_one 2027-03")]
    assert step.money == [("EARNING", "Dan", 10000)]
    assert step.mails == [("Cora", "BOOKED"), ("Dan", "CANCELLED"), ("Leo", "BOOKED"), ("Leo", "CANCELLED")]
    assert (stage.session(regular)["status"], stage.session(regular)["late"]) == ("CANCELLED", True)


def test_S_O_18_a_one_off_besides_costs_half_a_month_and_is_booked_with_its_payment(open_stage: OpenStage) -> None:
    stage, _, request = one_off(open_stage, "2027-03-24T13:00:00Z", replacing=False)
    assert (request["status"], request["price"]) == ("QUOTED", {"minorUnits": 12000})
    refused = on(stage, "Leo", ACCEPT, request)
    assert refused["code"] == "LATE_CHANGE_NEEDS_ACK"
    waiting = accepted(stage, request)
    assert waiting["status"] == "ACCEPTED"
    stage.deliver()
    with stage.step() as step:
        done = on(stage, "Sam", PAY, waiting, provider="bank", reference="1")
    assert step.rows == {
        "busy": "+2",
        "credit_lot": "+1",
        "ledger_entry": "+2",
        "membership_request": "~1",
        "money_entry": "+1",
        "notification": "+2",
        "payment": "+1",
        "session": "+1",
    }
    assert done["status"] == "DONE"
    assert step.ledger == [("GRANT", 1, "PURCHASE one_off"), ("HOLD", 1, "PURCHASE one_off")]
    assert step.money == [("CHARGE", "Leo", 12000)]
    assert step.mails == [("Cora", "BOOKED"), ("Leo", "BOOKED")]
    assert step.google_calls == ["events.insert"]
    assert membership(stage)["arrears"] == {"minorUnits": 24000}
    assert stage.session(done["session"]["id"])["status"] == "SCHEDULED"


def test_a_one_off_whose_time_is_gone_is_not_paid_for(open_stage: OpenStage) -> None:
    stage, _, request = one_off(open_stage, "2027-03-24T13:00:00Z", replacing=False)
    waiting = accepted(stage, request)
    stage.member("Nora", "Cora")
    stage.booked("Nora", "one_on_one", "Cora", "2027-03-24T13:00:00Z")
    with stage.step() as step:
        refused = on(stage, "Sam", PAY, waiting, provider="bank", reference="1")
    step.assert_nothing_happened()
    assert refused["code"] == "SLOT_TAKEN"


def used_up(stage: Stage) -> None:
    for day in ("15", "29"):
        stage.booked("Leo", "one_on_one", "Dan", f"2027-03-{day}T13:00:00Z")


def test_S_O_19_a_private_members_extra_session_is_there_once_it_is_paid(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    used_up(stage)
    with stage.step() as step:
        request = asked(stage, "Leo", extra={})
    assert step.rows == {"membership_request": "+1", "notification": "+2", "task": "+1"}
    assert (step.ledger, step.money, step.mails) == ([], [], ASKED)
    price = {"minorUnits": 12000, "currency": "EUR"}
    assert on(stage, "Sam", ANSWER, request, answer="APPROVE")["code"] == "WRONG_STATE"
    quoted = on(stage, "Sam", ANSWER, request, answer="QUOTE", price=price)
    stage.deliver()
    with stage.step() as step:
        refused = stage.book("Leo", "one_on_one", "Dan", "2027-03-22T13:00:00Z")
    step.assert_nothing_happened()
    assert refused["code"] == "PAYMENT_REQUIRED"
    waiting = accepted(stage, quoted)
    assert stage.book("Leo", "one_on_one", "Dan", "2027-03-22T13:00:00Z")["code"] == "PAYMENT_REQUIRED"
    stage.deliver()
    with stage.step() as step:
        on(stage, "Sam", PAY, waiting, provider="bank", reference="1")
        booked = stage.book("Leo", "one_on_one", "Dan", "2027-03-22T13:00:00Z")
    assert step.rows == {
        "busy": "+2",
        "credit_lot": "+1",
        "ledger_entry": "+2",
        "membership_request": "~1",
        "money_entry": "+1",
        "notification": "+3",
        "payment": "+1",
        "session": "+1",
    }
    lot = "EXTRA 2027-05-01T04:00:00Z"
    assert step.ledger == [("GRANT", 1, lot), ("HOLD", 1, lot)]
    assert step.money == [("CHARGE", "Leo", 12000)]
    assert step.mails == [("Dan", "BOOKED"), ("Leo", "BOOKED"), ("Leo", "REQUEST_UPDATED")]
    assert step.google_calls == ["events.insert"]
    assert booked["session"]["status"] == "SCHEDULED"
    assert [(one["template"], one["conclusion"]) for one in tasks(stage)] == [("EXTRA_SESSION", "QUOTED")]


def test_S_O_20_a_sponsored_members_extra_session_needs_only_the_teams_word(open_stage: OpenStage) -> None:
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    contract = sponsored(stage)
    stage = with_leo(stage, contract=contract)
    used_up(stage)
    request = asked(stage, "Dan", extra={})
    stage.deliver()
    with stage.step() as step:
        done = on(stage, "Sam", ANSWER, request, answer="APPROVE")
        booked = stage.book("Leo", "one_on_one", "Dan", "2027-03-22T13:00:00Z")
    assert step.rows == {
        "busy": "+2",
        "credit_lot": "+1",
        "ledger_entry": "+2",
        "membership_request": "~1",
        "notification": "+3",
        "session": "+1",
        "task": "~1",
    }
    assert done["status"] == "DONE"
    lot = "EXTRA 2027-05-01T04:00:00Z"
    assert step.ledger == [("GRANT", 1, lot), ("HOLD", 1, lot)]
    assert step.money == []
    assert step.mails == [("Dan", "BOOKED"), ("Leo", "BOOKED"), ("Leo", "REQUEST_UPDATED")]
    assert booked["session"]["status"] == "SCHEDULED"


def test_a_policy_without_extra_sessions_does_not_let_them_be_asked_for(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.publish('extends = "mento"\n[extra]\nd2c = "OFF"\n')
    assert asked(stage, "Leo", extra={})["code"] == "FORBIDDEN"


def test_nothing_comes_of_a_request_once_the_membership_has_ended_but_a_refusal(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    first, second, third = (asked(stage, "Leo", extra={}) for _ in range(3))
    price = {"minorUnits": 12000, "currency": "EUR"}
    second, third = (on(stage, "Sam", ANSWER, one, answer="QUOTE", price=price) for one in (second, third))
    third = accepted(stage, third)
    changed(stage, "Leo", CANCEL, "canCancel")
    stage.at("2027-04-01T04:00:00Z")
    stage.deliver()
    with stage.step() as step:
        assert on(stage, "Sam", ANSWER, first, answer="QUOTE", price=price)["code"] == "WRONG_STATE"
        assert stage.ask("Leo", CAN_ACCEPT, id=second["id"])["node"]["canAccept"]["code"] == "WRONG_STATE"
        assert accepted(stage, second)["code"] == "WRONG_STATE"
        assert on(stage, "Sam", PAY, third, provider="bank", reference="1")["code"] == "WRONG_STATE"
    step.assert_nothing_happened()
    assert on(stage, "Sam", ANSWER, first, answer="REFUSE")["status"] == "REFUSED"


def test_what_is_asked_for_can_be_taken_back_until_it_is_done(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    request = asked(stage, "Leo", extra={})
    withdraw = """mutation Take($input: WithdrawRequestInput!) { withdrawRequest(input: $input) {
        ... on WithdrawRequestSuccess { request { id version status } } ... on Refusal { code } } }"""
    assert on(stage, "Sam", withdraw, request)["code"] == "FORBIDDEN"
    done = on(stage, "Leo", withdraw, request)
    assert done["status"] == "WITHDRAWN"
    assert on(stage, "Leo", withdraw, done)["code"] == "NOT_PENDING"
    assert on(stage, "Sam", ANSWER, done, answer="REFUSE")["code"] == "NOT_PENDING"
    assert [(one["status"], one["conclusion"]) for one in tasks(stage)] == [("DONE", "WITHDRAWN")]
