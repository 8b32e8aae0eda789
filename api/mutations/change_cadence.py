"""changeCadence: another rhythm of sessions from the next renewal on."""

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
from commands.change_cadence import ChangeCadence
from commands.change_cadence import change_cadence as change
from commands.outcome import Outcome
from commands.transaction import Request
from policy.terms import Cadence


@given
class ChangeCadenceInput:
    """Which rhythm is wanted."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    cadence: Cadence = strawberry.field(description="The rhythm; the present one takes back another that was recorded.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)


@output
class ChangeCadenceSuccess:
    """The rhythm and its price hold from the next renewal on; until then nothing changes."""

    membership: Membership = strawberry.field(description="With `nextCadence`.")


ChangeCadenceResult = Annotated[
    ChangeCadenceSuccess | MembershipRefusal,
    strawberry.union("ChangeCadenceResult", description="The membership as it stands now, or why nothing was changed."),
]


def change_cadence(info: Info, input: ChangeCadenceInput) -> ChangeCadenceResult | None:
    """As a private member, or as staff: change the rhythm. A sponsored member asks with `makeRequest`: APPROVAL_REQUIRED."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ChangeCadence(
            membership_id=key(input.membership, "Membership", "membership"),
            cadence=input.cadence,
            if_version=input.if_version,
            acknowledge=word(input.acknowledge, "acknowledge"),
        )
        return change(operation.services.database, request, command)

    return change_membership(
        operation, input.idempotency_key, run, lambda membership: ChangeCadenceSuccess(membership=membership)
    )
