"""switchCoach: a member gets another coach in one step."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.frame import KEY_WORDS
from api.mutations.membership_changes import (
    ACKNOWLEDGE_WORDS,
    MEMBERSHIP_WORDS,
    VERSION_WORDS,
    MembershipRefusal,
    change_membership,
)
from api.types.membership import Membership
from commands.outcome import Outcome
from commands.switch_coach import SwitchCoach
from commands.switch_coach import switch_coach as switch
from commands.transaction import Request


@given
class SwitchCoachInput:
    """Which coach takes over from which."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    from_: strawberry.ID = strawberry.field(name="from", description="The id of the present coach.")
    to: strawberry.ID = strawberry.field(description="The id of the coach who takes over.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    note: str | None = strawberry.field(default=None, description="Why, for the log, at most 4,000 characters.")


@output
class SwitchCoachSuccess:
    """The other coach has taken over; sessions with the one before are cancelled without loss."""

    membership: Membership = strawberry.field(description="With its coaches now.")


SwitchCoachResult = Annotated[
    SwitchCoachSuccess | MembershipRefusal,
    strawberry.union("SwitchCoachResult", description="The membership as it stands now, or why nothing was changed."),
]


def switch_coach(info: Info, input: SwitchCoachInput) -> SwitchCoachResult | None:
    """For staff: give a member another coach, at no fee and any notice. Members and coaches tell the team with `reportToTeam`."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SwitchCoach(
            membership_id=key(input.membership, "Membership", "membership"),
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
            from_id=key(input.from_, "Person", "from"),
            to_id=key(input.to, "Person", "to"),
            note=words(input.note, "note"),
        )
        return switch(operation.services.database, request, command)

    return change_membership(
        operation, input.idempotency_key, run, lambda membership: SwitchCoachSuccess(membership=membership)
    )
