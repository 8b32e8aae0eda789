"""resumeMembership: a membership that rests goes on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.mutations.membership_changes import MembershipRefusal, OwnRequest, change_membership, named
from api.types.membership import Membership
from commands.outcome import Outcome
from commands.pause_membership import ResumeMembership
from commands.pause_membership import resume_membership as resume
from commands.transaction import Request


@given
class ResumeMembershipInput(OwnRequest):
    """Which membership is to go on."""


@output
class ResumeMembershipSuccess:
    """The membership goes on: paid from today on where it rested, as before where it did not rest yet."""

    membership: Membership = strawberry.field(description="ACTIVE.")


ResumeMembershipResult = Annotated[
    ResumeMembershipSuccess | MembershipRefusal,
    strawberry.union(
        "ResumeMembershipResult", description="The membership as it stands now, or why nothing was changed."
    ),
]


def resume_membership(info: Info, input: ResumeMembershipInput) -> ResumeMembershipResult | None:
    """As its member: let a membership that rests go on today, or take a pause back that has not begun. Staff record the member's own request with its source."""
    operation = info.context

    def run(request: Request) -> Outcome:
        return resume(operation.services.database, request, ResumeMembership(**named(input)))

    def success(membership: Membership) -> ResumeMembershipSuccess:
        return ResumeMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
