"""resumeMembership: a membership that rests goes on."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.frame import KEY_WORDS
from api.mutations.membership_changes import (
    ACKNOWLEDGE_WORDS,
    MEMBERSHIP_WORDS,
    SOURCE_WORDS,
    VERSION_WORDS,
    MembershipRefusal,
    change_membership,
)
from api.types.membership import Membership
from commands.outcome import Outcome
from commands.pause_membership import ResumeMembership
from commands.pause_membership import resume_membership as resume
from commands.transaction import Request


@given
class ResumeMembershipInput:
    """Which membership is to go on."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    source: str | None = strawberry.field(default=None, description=SOURCE_WORDS)


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
        command = ResumeMembership(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            source=words(input.source, "source"),
        )
        return resume(operation.services.database, request, command)

    def success(membership: Membership) -> ResumeMembershipSuccess:
        return ResumeMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
