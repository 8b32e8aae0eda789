"""What memberships cost, when they renew and how they end: S-O-23, S-O-24, S-O-28, S-O-30 (O27, O41, O42, D-24, D-29)."""

import pytest

from tests.scenarios.memberships import ANNUAL, CANCEL, CHECKS, KEEP, MONTHLY, changed, enrolled, membership, mento
from tests.scenarios.stage import Stage
from tests.scenarios.starts import OpenStage

MIDNIGHT = "2027-04-01T04:00:00Z"
"""The first of April in New York, where the periods are counted."""
RENEWED = {"event", "event_person", "person", "membership", "money_entry", "due_work"}


def charges(stage: Stage, who: str = "Leo") -> list[tuple[str, int]]:
    query = "{ viewer { money(first: 100) { nodes { kind amount { minorUnits } effectiveAt } } } }"
    nodes = stage.ask(who, query)["viewer"]["money"]["nodes"]
    return [(node["effectiveAt"], node["amount"]["minorUnits"]) for node in nodes if node["kind"] == "CHARGE"]


def test_the_first_payment_is_due_at_enrolment_and_what_lies_before_was_paid_elsewhere(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    assert charges(stage) == [("2027-03-01T09:00:00Z", 24000)]
    stage.person("Nora", "MEMBER")
    enrolled(stage, "Nora", "Dan", plan={**MONTHLY, "firstPaidOn": "2027-01-31"})
    assert charges(stage, "Nora") == []
    assert membership(stage, "Nora")["paidUntil"] == "2027-03-31"


def test_S_O_28_renewals_fall_on_the_day_of_the_first_payment_or_the_last_of_a_short_month(
    open_stage: OpenStage,
) -> None:
    stage = mento(open_stage, at="2027-01-31T15:00:00Z")
    for day, instant in (("02-28", "05"), ("03-31", "04"), ("04-30", "04")):
        before = f"2027-{day}T{int(instant) - 1:02}:59:59Z"
        stage.at(before)
        with stage.step() as step:
            stage.at(f"2027-{day}T{instant}:00:00Z")
        assert step.rows == {"membership": "~1", "money_entry": "+1"}
        assert step.money == [("CHARGE", "Leo", 24000)]
        assert (step.ledger, step.mails) == ([], [])
        assert step.google_calls == []
        assert step.difference.touched == RENEWED
    assert membership(stage)["paidUntil"] == "2027-05-31"


def test_S_O_30_an_annual_membership_renews_after_a_year_and_both_are_told(open_stage: OpenStage) -> None:
    stage = mento(open_stage, at="2027-03-15T14:00:00Z", plan=ANNUAL)
    assert charges(stage) == [("2027-03-15T14:00:00Z", 240000)]
    stage.at("2028-03-15T03:59:59Z")
    with stage.step() as step:
        stage.at("2028-03-15T04:00:00Z")
    assert step.rows == {"membership": "~1", "money_entry": "+1", "notification": "+2"}
    assert step.money == [("CHARGE", "Leo", 240000)]
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    assert step.google_calls == []
    assert membership(stage)["paidUntil"] == "2029-03-15"
    assert "2400.00 EUR" in stage.message("Leo", "MEMBERSHIP_CHANGED")["text"]
    assert "2400.00" not in stage.message("Dan", "MEMBERSHIP_CHANGED")["text"]
    granted = [row for row in step.difference.after.of("ledger_entry") if row["kind"] == "GRANT"]
    assert len(granted) == 16  # March 2027 to June 2028, two each


def test_S_O_23_a_membership_that_its_member_does_not_cancel_renews(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.at("2027-03-20T12:00:00Z")
    own = membership(stage)
    with stage.step() as step:
        fields = {"membership": own["id"], "ifVersion": own["version"], "idempotencyKey": stage.key()}
        answer = stage.tell("Dan", CANCEL, **fields)
    step.assert_nothing_happened()
    assert answer["code"] == "FORBIDDEN"
    with stage.step() as step:
        stage.at(MIDNIGHT)
    assert step.rows == {"credit_lot": "+1", "ledger_entry": "+2", "membership": "~1", "money_entry": "+1"}
    assert step.money == [("CHARGE", "Leo", 24000)]
    assert step.google_calls == []
    assert membership(stage)["status"] == "ACTIVE"


def test_S_O_24_a_cancelled_membership_ends_with_what_is_paid_for(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    march = stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    april = stage.booked("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")
    stage.at("2027-03-20T12:00:00Z")
    own = membership(stage)
    refused = stage.tell("Leo", CANCEL, membership=own["id"], ifVersion=own["version"], idempotencyKey=stage.key())
    assert refused["code"] == "LATE_CHANGE_NEEDS_ACK"
    assert (refused["effect"]["effectiveAt"], refused["effect"]["sessionCount"]) == (MIDNIGHT, 1)
    with stage.step() as step:
        done = changed(stage, "Leo", CANCEL, "canCancel")
    assert step.rows == {"membership": "~1", "notification": "+2"}
    assert done["membership"] == {"status": "ENDING", "endsOn": "2027-04-01"}
    assert (step.ledger, step.money) == ([], [])
    assert step.mails == [("Dan", "MEMBERSHIP_CHANGED"), ("Leo", "MEMBERSHIP_CHANGED")]
    assert step.difference.touched == {
        "event",
        "event_person",
        "person",
        "membership",
        "notification",
        "due_work",
        "idempotency_key",
    }
    assert {stage.session(one)["status"] for one in (march, april)} == {"SCHEDULED"}
    stage.at("2027-04-01T03:59:59Z")
    with stage.step() as step:
        stage.at(MIDNIGHT)
    assert step.rows == {
        "busy": "-2",
        "engagement": "~1",
        "ledger_entry": "+5",
        "membership": "~1",
        "notification": "+2",
        "session": "~1",
    }
    assert step.money == []
    assert step.mails == [("Dan", "CANCELLED"), ("Leo", "CANCELLED")]
    assert step.ledger == [
        ("EXPIRE", 1, "one_on_one 2027-03"),
        ("RELEASE", 1, "one_on_one 2027-04"),
        ("REVOKE", 2, "one_on_one 2027-04"),
        ("REVOKE", 2, "one_on_one 2027-05"),
        ("REVOKE", 2, "one_on_one 2027-06"),
    ]
    assert step.google_calls == ["events.list", "events.delete"]
    found = stage.session(april)
    assert (found["status"], found["disposition"], found["late"]) == ("CANCELLED", "RELEASED", False)
    assert stage.session(march)["status"] == "AWAITING_OUTCOME"
    assert membership(stage)["status"] == "ENDED"
    assert membership(stage)["coaches"] == []
    assert stage.book("Leo", "one_on_one", "Dan", "2027-04-14T13:00:00Z")["code"] == "NOT_FOUND"
    stage.at("2027-05-02T00:00:00Z")
    assert charges(stage) == [("2027-03-01T09:00:00Z", 24000)]


def test_a_cancellation_is_taken_back_before_the_end_and_not_after(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    changed(stage, "Leo", CANCEL, "canCancel")
    stage.at("2027-04-01T03:59:59Z")
    done = changed(stage, "Leo", KEEP, "canKeep")
    assert done["membership"] == {"status": "ACTIVE", "endsOn": None}
    with stage.step() as step:
        stage.at(MIDNIGHT)
    assert step.money == [("CHARGE", "Leo", 24000)]
    changed(stage, "Leo", CANCEL, "canCancel")
    stage.at("2027-05-01T04:00:00Z")
    assert membership(stage)["status"] == "ENDED"
    assert changed(stage, "Leo", KEEP, "canKeep")["code"] == "WRONG_STATE"


def test_on_the_renewal_day_itself_the_new_month_is_due_before_it_can_be_cancelled(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.at(MIDNIGHT, run_timers=False)
    done = changed(stage, "Leo", CANCEL, "canCancel")
    assert done["membership"]["endsOn"] == "2027-05-01"
    assert charges(stage) == [("2027-03-01T09:00:00Z", 24000), (MIDNIGHT, 24000)]


def test_staff_record_the_members_own_request_with_its_source_only(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    own = membership(stage)
    twin = stage.ask("Sam", CHECKS, id=own["id"])["node"]["canCancel"]
    assert (twin["allowed"], twin["code"]) == (False, "REASON_REQUIRED")
    done = changed(stage, "Sam", CANCEL, "canCancel", source="Leo's mail to the concierge of 1 March")
    assert done["membership"]["status"] == "ENDING"


def test_a_version_that_is_no_longer_true_changes_nothing(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    own = membership(stage)
    answer = stage.tell("Leo", CANCEL, membership=own["id"], ifVersion=own["version"] + 1, idempotencyKey=stage.key())
    assert answer["code"] == "STALE_VERSION"


def test_a_membership_renews_at_its_instant_whether_or_not_workers_have_run(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.at("2027-05-10T00:00:00Z", run_timers=False)
    assert charges(stage) == [("2027-03-01T09:00:00Z", 24000), (MIDNIGHT, 24000), ("2027-05-01T04:00:00Z", 24000)]


RECEIPT = """
mutation Receipt($input: RecordReceiptInput!) { recordReceipt(input: $input) {
  ... on RecordReceiptSuccess { arrears { minorUnits } } ... on Refusal { code message } } }
"""
PAST_DUE = """
mutation PastDue($input: MarkPastDueInput!) { markPastDue(input: $input) {
  ... on MarkPastDueSuccess { membership { status } } ... on Refusal { code message } } }
"""


def receipt(stage: Stage, reference: str, minor_units: int) -> dict[str, object]:
    fields = {"member": stage.gid("Leo"), "amount": {"minorUnits": minor_units, "currency": "EUR"}, "provider": "bank"}
    return stage.tell("Sam", RECEIPT, **fields, reference=reference, idempotencyKey=stage.key())


def test_what_is_owed_stops_new_bookings_beyond_what_the_policy_allows(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    stage.publish('extends = "mento"\n[booking]\nmax_arrears = "240.00"\n')
    stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    stage.at("2027-04-02T12:00:00Z")
    assert membership(stage)["arrears"] == {"minorUnits": 48000}
    refused = stage.book("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")
    assert refused["code"] == "ARREARS"
    assert receipt(stage, "1", 24000) == {"arrears": {"minorUnits": 24000}}
    assert receipt(stage, "1", 24000) == {"arrears": {"minorUnits": 24000}}
    assert receipt(stage, "1", 1)["code"] == "IDEMPOTENCY_CONFLICT"
    assert "session" in stage.book("Leo", "one_on_one", "Dan", "2027-04-12T13:00:00Z")


def test_a_membership_that_is_past_due_is_active_again_once_nothing_is_owed(open_stage: OpenStage) -> None:
    stage = mento(open_stage)
    own = membership(stage)
    fields = {"membership": own["id"], "ifVersion": own["version"], "idempotencyKey": stage.key()}
    assert stage.tell("Sam", PAST_DUE, **fields, note="card expired")["membership"]["status"] == "PAST_DUE"
    stage.booked("Leo", "one_on_one", "Dan", "2027-03-29T13:00:00Z")
    receipt(stage, "1", 10000)
    assert membership(stage)["status"] == "PAST_DUE"
    receipt(stage, "2", 14000)
    assert (membership(stage)["status"], membership(stage)["arrears"]) == ("ACTIVE", {"minorUnits": 0})


@pytest.mark.parametrize(
    ("plan", "path"),
    [
        ({**MONTHLY, "basePrice": {"minorUnits": 24000, "currency": "USD"}}, ["plan", "basePrice"]),
        ({**MONTHLY, "basePrice": {"minorUnits": -1, "currency": "EUR"}}, ["plan", "basePrice"]),
    ],
)
def test_a_plan_that_the_policy_cannot_charge_is_refused(
    open_stage: OpenStage, plan: dict[str, object], path: list[str]
) -> None:
    stage = open_stage("mento", at="2027-03-01T09:00:00Z")
    stage.person("Leo", "MEMBER")
    document = """mutation Enrol($input: EnrolMemberInput!) { enrolMember(input: $input) {
        ... on InvalidInput { code path } } }"""
    answer = stage.tell("Sam", document, member=stage.gid("Leo"), coaches=[], plan=plan, idempotencyKey=stage.key())
    assert answer == {"code": "INVALID_INPUT", "path": path}
