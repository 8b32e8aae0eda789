"""canRecordPayment, canRecordReceipt, canMarkEarningsPaid, canMakeRequest: twins of verbs about what is not there yet."""

from collections import Counter
from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.errors import CodedError, ErrorCode
from api.inputs import MOST_IDS, key_or_none
from api.types.amounts import Money, MoneyInput, money
from api.types.request_choice import RequestChoice, wanted_of
from api.types.verb_check import VerbCheck, verb_check
from commands.earnings import objection_to_paying
from commands.make_request import MakeRequest, check_make_request
from commands.record_payment import RecordPayment, check_record_payment
from commands.record_receipt import RecordReceipt, check_record_receipt
from commands.verb_check import verb_check as checked
from models.queries.earnings import earnings_of_ids
from policy.terms import RefusalCode

NOBODY = 0
"""Nothing has this key: the answer is NOT_FOUND, or FORBIDDEN for who may not even ask."""


@given
class PaymentTerms:
    """The payment that is asked about: the input of `recordPayment`, or of `recordReceipt`, without its key."""

    member: strawberry.ID = strawberry.field(description="The id of the member who has paid.")
    kind: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the kind that was bought; left out for `canRecordReceipt`."
    )
    amount: MoneyInput = strawberry.field(description="What was paid.")
    provider: str = strawberry.field(description="Who took the payment.")
    reference: str = strawberry.field(description="How the provider knows it.")


@output
class PaymentCheck:
    """Whether a payment would be recorded, and what it would lead to."""

    allowed: bool = strawberry.field(description="Whether it would be recorded.")
    code: RefusalCode | None = strawberry.field(description="Why it would not be; null where it would.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    charge: Money | None = strawberry.field(description="What is charged, and paid with it; null where nothing is.")
    units: int = strawberry.field(description="How many credits can be booked with afterwards that cannot be now.")
    known: bool = strawberry.field(description="Whether it is recorded already, so that nothing more would happen.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")


@output
class PayoutCheck:
    """Whether earnings would be marked as paid, and what they come to."""

    allowed: bool = strawberry.field(description="Whether all of them would be.")
    code: RefusalCode | None = strawberry.field(description="Why they would not be; null where they would.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    amounts: list[Money] = strawberry.field(description="What is paid in all, by currency; empty where nothing is.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")


def can_record_payment(info: Info, input: PaymentTerms) -> PaymentCheck | None:
    """As staff, whether a purchase may be recorded, and what it buys: the twin of `recordPayment`."""
    operation = info.context
    command = RecordPayment(
        member_id=key_or_none(input.member, "Person", "input.member") or NOBODY,
        kind_id=_kind(input),
        minor_units=input.amount.minor_units,
        currency=input.amount.currency,
        provider=input.provider,
        reference=input.reference,
    )
    found = check_record_payment(operation.unit, operation.actor, command)
    said = checked(found.fault, now=operation.now)
    return PaymentCheck(
        allowed=said.allowed,
        code=said.code,
        message=said.message,
        charge=money(found.charge),
        units=found.units,
        known=found.known,
        checked_at=said.checked_at,
    )


def can_record_receipt(info: Info, input: PaymentTerms) -> VerbCheck | None:
    """As staff, whether a payment towards what a member owes may be recorded: the twin of `recordReceipt`."""
    operation = info.context
    command = RecordReceipt(
        member_id=key_or_none(input.member, "Person", "input.member") or NOBODY,
        minor_units=input.amount.minor_units,
        currency=input.amount.currency,
        provider=input.provider,
        reference=input.reference,
    )
    return verb_check(check_record_receipt(operation.unit, operation.actor, command, now=operation.now))


def can_mark_earnings_paid(
    info: Info, earnings: Annotated[list[strawberry.ID], strawberry.argument(description="The ids of the earnings.")]
) -> PayoutCheck | None:
    """As staff, whether these earnings may be marked as paid, and what they come to: the twin of `markEarningsPaid`."""
    operation = info.context
    if len(earnings) > MOST_IDS:
        raise CodedError(ErrorCode.INVALID_INPUT, f"At most {MOST_IDS}.", argument="earnings")
    keys = tuple(key_or_none(one, "Earning", "earnings") or NOBODY for one in earnings)
    rows = earnings_of_ids(operation.unit, keys)
    said = checked(objection_to_paying(operation.actor, keys, rows), now=operation.now)
    sums: Counter[str] = Counter()
    for row in rows.values() if said.allowed else ():
        sums[row.currency] += row.minor_units
    return PayoutCheck(
        allowed=said.allowed,
        code=said.code,
        message=said.message,
        amounts=[Money(minor_units=units, currency=currency) for currency, units in sorted(sums.items())],
        checked_at=said.checked_at,
    )


def can_make_request(
    info: Info,
    member: Annotated[strawberry.ID, strawberry.argument(description="The id of the member.")],
    wanted: Annotated[RequestChoice, strawberry.argument(description="What would be asked for.")],
) -> VerbCheck | None:
    """Whether you may ask for this; asking changes nothing by itself: the twin of `makeRequest`."""
    operation = info.context
    command = MakeRequest(
        member_id=key_or_none(member, "Person", "member") or NOBODY, text="Asked about.", **wanted_of(wanted)
    )
    return verb_check(check_make_request(operation.unit, operation.actor, command, now=operation.now))


def _kind(input: PaymentTerms) -> int:
    return NOBODY if input.kind is None else key_or_none(input.kind, "SessionKind", "input.kind") or NOBODY
