"""keepMembership: the member takes the cancellation back."""

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
from commands.cancel_membership import KeepMembership
from commands.cancel_membership import keep_membership as keep
from commands.outcome import Outcome
from commands.transaction import Request


@given
class KeepMembershipInput:
    """Which membership is to go on after all."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    source: str | None = strawberry.field(default=None, description=SOURCE_WORDS)


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
        command = KeepMembership(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            source=words(input.source, "source"),
        )
        return keep(operation.services.database, request, command)

    def success(membership: Membership) -> KeepMembershipSuccess:
        return KeepMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
