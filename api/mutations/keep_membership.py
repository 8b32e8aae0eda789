"""keepMembership: the member takes the cancellation back."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.membership_changes import MembershipRefusal, OwnRequest, change_membership, named
from api.types.membership import Membership
from commands.cancel_membership import KeepMembership
from commands.cancel_membership import keep_membership as keep
from commands.outcome import Outcome
from commands.transaction import Request


@given
class KeepMembershipInput(OwnRequest):
    """Which membership is to go on after all."""


@output
class KeepMembershipSuccess:
    """The membership goes on and renews."""

    membership: Membership = strawberry.field(description="ACTIVE again.")


KeepMembershipResult = Annotated[
    KeepMembershipSuccess | MembershipRefusal,
    strawberry.union(
        "KeepMembershipResult", description="The membership as it stands now, or why nothing was changed."
    ),
]


def keep_membership(info: Info, input: KeepMembershipInput) -> KeepMembershipResult | None:
    """As its member: take the cancellation of a membership back before it ends. Staff record the member's own request with its source."""
    operation = info.context

    def run(request: Request) -> Outcome:
        return keep(operation.services.database, request, KeepMembership(**named(input)))

    def success(membership: Membership) -> KeepMembershipSuccess:
        return KeepMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
