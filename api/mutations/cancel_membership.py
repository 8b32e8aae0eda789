"""cancelMembership: the member does not want to go on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.membership_changes import MembershipRefusal, OwnRequest, change_membership, named
from api.types.membership import Membership
from commands.cancel_membership import CancelMembership
from commands.cancel_membership import cancel_membership as cancel
from commands.outcome import Outcome
from commands.transaction import Request


@given
class CancelMembershipInput(OwnRequest):
    """Which membership is not to go on."""


@output
class CancelMembershipSuccess:
    """The membership ends with what is paid for, and is not charged again. Sessions before that stay."""

    membership: Membership = strawberry.field(description="ENDING; `endsOn` says until when it lasts.")


CancelMembershipResult = Annotated[
    CancelMembershipSuccess | MembershipRefusal,
    strawberry.union(
        "CancelMembershipResult", description="The membership as it stands now, or why nothing was changed."
    ),
]


def cancel_membership(info: Info, input: CancelMembershipInput) -> CancelMembershipResult | None:
    """As its member: cancel a membership. Staff record the member's own request with its source; coaches never cancel one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        return cancel(operation.services.database, request, CancelMembership(**named(input)))

    def success(membership: Membership) -> CancelMembershipSuccess:
        return CancelMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
