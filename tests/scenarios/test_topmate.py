"""Topmate, S-T-01 and S-T-15: a call is paid for, booked, and paid back when the coach cancels; S-T-11 for a free one."""

from tests.scenarios.documents import SESSION_BY_ID
from tests.scenarios.expected import Expected
from tests.scenarios.footprint import events, used_keys
from tests.scenarios.payments import PRICED, can_book, pay
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage, instant

CALL = "2027-03-18T15:00:00Z"
LOT = "PURCHASE call"
BOTH_BOOKED = [("Cora", "BOOKED"), ("Nora", "BOOKED")]


def topmate(open_stage: OpenStage, *, price: str = "60.00") -> Stage:
    """Nora with Cora, who earns 50.00 a call."""
    stage = open_stage("topmate", at="2027-03-10T12:00:00Z")
    stage.publish(PRICED.format(price=price))
    stage.coach("Cora", kinds=["call"], fee=5000)
    stage.member("Nora", "Cora")
    return stage


def test_S_T_01_a_call_is_booked_once_it_is_paid_for(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    check = can_book(stage, "Nora", "call", "Cora", CALL)
    assert (check["allowed"], check["code"]) == (False, "PAYMENT_REQUIRED")
    assert check["price"] == {"minorUnits": 6000, "currency": "EUR"}
    with stage.step() as step:
        refused = stage.book("Nora", "call", "Cora", CALL)
    step.assert_nothing_happened()
    assert refused["code"] == "PAYMENT_REQUIRED"

    with stage.step() as step:
        paid = pay(stage, "Nora", "call", 6000)
    assert paid["payment"]["reference"] == "pay_1"
    assert (step.ledger, step.money) == ([("GRANT", 1, LOT)], [("CHARGE", "Nora", 6000)])
    assert step.mails == step.google_calls == []
    nora = stage.person_ids["Nora"]
    step.changed_only(
        events(step, ("PAYMENT_RECORDED", "Sam", ["Nora"])),
        used_keys(),
        {
            "payment": Expected(
                added=[{"member_id": nora, "minor_units": 6000, "provider": "till", "reference": "pay_1"}]
            ),
            "credit_lot": Expected(added=[{"member_id": nora, "source": "PURCHASE", "closes_at": None}]),
            "ledger_entry": Expected(
                added=[{"kind": "GRANT", "units": 1, "session_id": None, "effective_at": stage.now}]
            ),
            "money_entry": Expected(
                added=[{"kind": "CHARGE", "person_id": nora, "minor_units": 6000, "session_id": None}]
            ),
        },
    )
    with stage.step() as step:
        answer = stage.book("Nora", "call", "Cora", CALL)
    assert answer["session"]["status"] == "SCHEDULED"
    step.only_booked(answer["session"], by="Nora", ledger=[("HOLD", 1, LOT)], mails=BOTH_BOOKED)
    assert set(stage.feed("Nora")) == set(stage.feed("Cora")) == set(stage.google("Cora")) == {instant(CALL)}


def test_a_payment_that_is_reported_again_counts_once(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    first = pay(stage, "Nora", "call", 6000)
    with stage.step() as step:
        again = pay(stage, "Nora", "call", 6000)
    assert again == first
    assert (step.ledger, step.money) == ([], [])
    with stage.step() as step:
        other = pay(stage, "Nora", "call", 5000)
    step.assert_nothing_happened()
    assert other["code"] == "IDEMPOTENCY_CONFLICT"


def test_an_amount_in_another_currency_is_no_payment(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    with stage.step() as step:
        answer = pay(stage, "Nora", "call", 6000, amount={"minorUnits": 6000, "currency": "USD"})
    step.assert_nothing_happened()
    assert answer["code"] == "INVALID_INPUT"


def test_what_is_not_purchased_is_not_paid_for(open_stage: OpenStage) -> None:
    stage = open_stage("thrive", at="2027-03-10T12:00:00Z")
    stage.coach("Cora", kinds=["session"])
    stage.member("Nora", "Cora")
    with stage.step() as step:
        answer = pay(stage, "Nora", "session", 6000)
    step.assert_nothing_happened()
    assert answer["code"] == "WRONG_STATE"


def test_S_T_15_the_price_goes_back_when_the_coach_cancels(open_stage: OpenStage) -> None:
    stage = topmate(open_stage)
    pay(stage, "Nora", "call", 6000)
    session = stage.booked("Nora", "call", "Cora", CALL)
    stage.at("2027-03-18T14:50:00Z")
    with stage.step() as step:
        answer = stage.cancel("Cora", session)
    assert (answer["session"]["status"], answer["session"]["cancelledBy"]) == ("CANCELLED", "COACH")
    assert answer["session"]["disposition"] == "REFUNDED"
    assert step.ledger == [("RELEASE", 1, LOT), ("REVOKE", 1, LOT)]
    assert step.money == [("REFUND", "Nora", 6000)]
    step.only_cancelled(
        session,
        by="Cora",
        reason="COACH_CANCELLED",
        fault="coach",
        disposition="REFUNDED",
        ledger=[("RELEASE", 1, LOT), ("REVOKE", 1, LOT)],
        money=[("REFUND", "Nora", 6000)],
        mails=[("Cora", "CANCELLED"), ("Nora", "CANCELLED"), ("Nora", "REFUNDED")],
    )
    assert "60.00 EUR" in stage.message("Nora", "REFUNDED")["text"]
    assert stage.google("Cora") == stage.feed("Nora") == {}
    seen = stage.ask("Nora", SESSION_BY_ID, id=session)["node"]["moneyEntries"]["nodes"]
    assert [one["kind"] for one in seen] == ["REFUND"]


def test_a_price_of_0_asks_for_no_payment_and_makes_no_entry_of_money(open_stage: OpenStage) -> None:
    stage = topmate(open_stage, price="0.00")
    check = can_book(stage, "Nora", "call", "Cora", CALL)
    assert (check["allowed"], check["price"]) == (True, None)
    assert [one["kind"] for one in check["consequence"]["credits"]] == ["GRANT", "HOLD"]
    with stage.step() as step:
        session = stage.book("Nora", "call", "Cora", CALL)["session"]["id"]
    assert step.ledger == [("GRANT", 1, LOT), ("HOLD", 1, LOT)]
    assert (step.money, step.mails) == ([], BOTH_BOOKED)
    stage.at("2027-03-18T14:50:00Z")
    with stage.step() as step:
        stage.cancel("Cora", session)
    assert step.ledger == [("RELEASE", 1, LOT), ("REVOKE", 1, LOT)]
    assert step.money == []
