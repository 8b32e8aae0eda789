"""Payments as the adapter of a provider reports them."""

from typing import TYPE_CHECKING, Any

from tests.scenarios.documents import CHECK

if TYPE_CHECKING:
    from tests.scenarios.stage import Stage

Json = dict[str, Any]
PAY = """
mutation Pay($input: RecordPaymentInput!) { recordPayment(input: $input) {
  ... on RecordPaymentSuccess { payment { provider reference amount { minorUnits currency } member kind entitlement recordedAt } }
  ... on Refusal { __typename code message } } }
"""
CAN_BOOK = (
    CHECK
    + """
query CanBook($input: BookingTerms!) { canBook(input: $input) { price { minorUnits currency } ...CheckParts } }
"""
)
PRICED = 'extends = "topmate"\nkinds.call.price = "{price}"\n'


def pay(stage: "Stage", member: str, kind: str, minor_units: int, *, reference: str = "pay_1", **more: Any) -> Json:
    """A payment is reported."""
    fields = {
        "member": stage.gid(member),
        "kind": stage.kinds[kind],
        "amount": {"minorUnits": minor_units, "currency": "EUR"},
        "provider": "till",
        "reference": reference,
        "idempotencyKey": stage.key(),
    }
    return stage.tell("Sam", PAY, **{**fields, **more})


def can_book(stage: "Stage", member: str, kind: str, coach: str, starts_at: str) -> Json:
    fields = {"kind": stage.kinds[kind], "coach": stage.gid(coach), "startsAt": starts_at}
    return stage.ask(member, CAN_BOOK, input=fields)["canBook"]
