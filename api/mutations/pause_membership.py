"""pauseMembership: the member wants to rest for a while."""

from datetime import date
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
from commands.pause_membership import PauseMembership
from commands.pause_membership import pause_membership as pause
from commands.transaction import Request


@given
class PauseMembershipInput:
    """Which membership is to rest, and until when."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    resumes_on: date | None = strawberry.field(
        default=None,
        description="The day on which it goes on by itself, within two years; left out: once `resumeMembership` is called.",
    )
    source: str | None = strawberry.field(default=None, description=SOURCE_WORDS)


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
        command = PauseMembership(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            resumes_on=input.resumes_on,
            source=words(input.source, "source"),
        )
        return pause(operation.services.database, request, command)

    def success(membership: Membership) -> PauseMembershipSuccess:
        return PauseMembershipSuccess(membership=membership)

    return change_membership(operation, input.idempotency_key, run, success)
