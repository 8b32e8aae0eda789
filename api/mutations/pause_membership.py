"""pauseMembership: the member wants to rest for a while."""

from datetime import date
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.membership_changes import MembershipRefusal, OwnRequest, change_membership, named
from api.types.membership import Membership
from commands.outcome import Outcome
from commands.pause_membership import PauseMembership
from commands.pause_membership import pause_membership as pause
from commands.transaction import Request


@given
class PauseMembershipInput(OwnRequest):
    """Which membership is to rest, and until when."""

    resumes_on: date | None = strawberry.field(
        default=None,
        description="The day on which it goes on by itself, within two years; left out: once `resumeMembership` is called.",
    )


@output
class PauseMembershipSuccess:
    """The membership rests from the first day that is not paid for. Sessions before that stay, later ones are cancelled then."""

    membership: Membership = strawberry.field(
        description="`pausesOn` says from when on it rests; it is ACTIVE until then."
    )


PauseMembershipResult = Annotated[
    PauseMembershipSuccess | MembershipRefusal,
    strawberry.union(
        "PauseMembershipResult", description="The membership as it stands now, or why nothing was changed."
    ),
]


def pause_membership(info: Info, input: PauseMembershipInput) -> PauseMembershipResult | None:
    """As its member: let a membership rest, where the policy says so (`membership.pause`). Staff record the member's own request with its source."""
    operation = info.context

    def run(request: Request) -> Outcome:
        return pause(operation.services.database, request, PauseMembership(**named(input), resumes_on=input.resumes_on))

    def success(membership: Membership) -> PauseMembershipSuccess:
        return PauseMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
