"""chooseCoach: one of the coaches whom a member was matched with."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word
from api.mutations.frame import KEY_WORDS
from api.mutations.membership_changes import (
    ACKNOWLEDGE_WORDS,
    MEMBERSHIP_WORDS,
    VERSION_WORDS,
    MembershipRefusal,
    change_membership,
)
from api.types.membership import Membership
from commands.choose_coach import ChooseCoach
from commands.choose_coach import choose_coach as choose
from commands.outcome import Outcome
from commands.transaction import Request


@given
class ChooseCoachInput:
    """Which candidate is chosen."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    coach: strawberry.ID = strawberry.field(description="The id of a candidate.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class ChooseCoachSuccess:
    """The coach is chosen and the membership begins; the others were let go."""

    membership: Membership = strawberry.field(description="ACTIVE.")


ChooseCoachResult = Annotated[
    ChooseCoachSuccess | MembershipRefusal,
    strawberry.union("ChooseCoachResult", description="The membership as it stands now, or why nothing was changed."),
]


def choose_coach(info: Info, input: ChooseCoachInput) -> ChooseCoachResult | None:
    """As the member, or as staff for one: choose one of the coaches after the chemistry calls."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ChooseCoach(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            coach_id=key(input.coach, "Person", "coach"),
        )
        return choose(operation.services.database, request, command)

    return change_membership(
        operation, input.idempotency_key, run, lambda membership: ChooseCoachSuccess(membership=membership)
    )
