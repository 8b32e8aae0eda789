"""attachContract: a membership stands under a contract, or under none any more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.memberships import membership_done
from api.types.membership import Membership
from api.types.refusals import PlainRefusal
from commands.attach_contract import AttachContract
from commands.attach_contract import attach_contract as attach
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class AttachContractInput:
    """Which membership stands under which contract."""

    membership: strawberry.ID = strawberry.field(description="The id of the membership.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    contract: strawberry.ID | None = strawberry.field(
        default=None, description="The id of the contract; left out or null: under none from now on."
    )


@output
class AttachContractSuccess:
    """New bookings and grants of the membership follow the contract. What stands keeps the terms it was booked under."""

    membership: Membership = strawberry.field(description="With the contract that it stands under now.")


AttachContractResult = Annotated[
    AttachContractSuccess | PlainRefusal,
    strawberry.union("AttachContractResult", description="The membership, or why nothing was changed."),
]


def attach_contract(info: Info, input: AttachContractInput) -> AttachContractResult | None:
    """For staff: put a membership under a contract, or take it out of one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AttachContract(
            membership_id=key(input.membership, "Membership", "membership"),
            contract_id=None if input.contract is None else key(input.contract, "Contract", "contract"),
        )
        return attach(operation.services.database, request, command)

    def success(done: Done) -> AttachContractSuccess:
        return AttachContractSuccess(membership=membership_done(operation, done))

    return carry(operation, input.idempotency_key, run, success)
