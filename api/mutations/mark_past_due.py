"""markPastDue: what a membership costs could not be collected."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS
from api.mutations.membership_changes import MEMBERSHIP_WORDS, VERSION_WORDS, MembershipRefusal, change_membership
from api.types.membership import Membership
from commands.outcome import Outcome
from commands.record_receipt import MarkPastDue
from commands.record_receipt import mark_past_due as mark
from commands.transaction import Request


@given
class MarkPastDueInput:
    """Which membership a provider could not collect for."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str = strawberry.field(default="", description="What the provider said, at most 4,000 characters.")


@output
class MarkPastDueSuccess:
    """The membership is past due until a receipt settles what is owed. Its sessions and credits stay."""

    membership: Membership = strawberry.field(description="PAST_DUE.")


MarkPastDueResult = Annotated[
    MarkPastDueSuccess | MembershipRefusal,
    strawberry.union("MarkPastDueResult", description="The membership as it stands now, or why nothing was changed."),
]


def mark_past_due(info: Info, input: MarkPastDueInput) -> MarkPastDueResult | None:
    """For staff and the operator's back end: report that a payment failed. `booking.max_arrears` says what follows for bookings."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = MarkPastDue(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            note=words(input.note, "note") or "",
        )
        return mark(operation.services.database, request, command)

    return change_membership(
        operation, input.idempotency_key, run, lambda membership: MarkPastDueSuccess(membership=membership)
    )
