"""grantPack: units that were sold to a member, or that staff give."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.memberships import membership_done
from api.types.membership import Membership
from api.types.refusals import PlainRefusal
from commands.grant_pack import GrantPack
from commands.grant_pack import grant_pack as grant
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class GrantPackInput:
    """How many units of which kind a member gets."""

    member: strawberry.ID = strawberry.field(description="The id of an enrolled member.")
    kind: strawberry.ID = strawberry.field(description="The id of a kind of session.")
    units: int = strawberry.field(description="1 to 1000.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    closes_at: datetime | None = strawberry.field(
        default=None,
        description="The units pay for sessions that start before this instant; left out, as long as the policy says (`entitlement.pack_validity`).",
    )


@output
class GrantPackSuccess:
    """The units are available to the member."""

    membership: Membership = strawberry.field(description="The membership that the units belong to.")


GrantPackResult = Annotated[
    GrantPackSuccess | PlainRefusal,
    strawberry.union("GrantPackResult", description="The membership with its new units, or why there are none."),
]


def grant_pack(info: Info, input: GrantPackInput) -> GrantPackResult | None:
    """For staff: grant a pack of credits to a member."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = GrantPack(
            member_id=key(input.member, "Person", "member"),
            kind_id=key(input.kind, "SessionKind", "kind"),
            units=input.units,
            closes_at=input.closes_at,
        )
        return grant(operation.services.database, request, command)

    def success(done: Done) -> GrantPackSuccess:
        return GrantPackSuccess(membership=membership_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)
