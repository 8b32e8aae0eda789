"""cancelMembership: the member does not want to go on."""

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
from commands.cancel_membership import CancelMembership
from commands.cancel_membership import cancel_membership as cancel
from commands.outcome import Outcome
from commands.transaction import Request


@given
class CancelMembershipInput:
    """Which membership is not to go on."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    source: str | None = strawberry.field(default=None, description=SOURCE_WORDS)


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
        command = CancelMembership(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            source=words(input.source, "source"),
        )
        return cancel(operation.services.database, request, command)

    def success(membership: Membership) -> CancelMembershipSuccess:
        return CancelMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
