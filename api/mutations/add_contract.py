"""addContract: an agreement with a sponsor."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, carry
from api.types.contract import Contract, contract
from api.types.refusals import PlainRefusal
from commands.add_contract import AddContract
from commands.add_contract import add_contract as add
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.operator import contracts_of_ids

LONGEST_DOCUMENT = 100_000


@given
class AddContractInput:
    """An agreement with a sponsor; it holds for the memberships that it is attached to."""

    name: str = strawberry.field(description="1 to 200 characters; no two contracts have the same.")
    sponsor: str = strawberry.field(description="Who pays, 1 to 200 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    document: str = strawberry.field(
        default="",
        description="TOML, at most 100,000 characters: only what differs from the policy in force; left out, nothing does.",
    )
    sponsor_person: strawberry.ID | None = strawberry.field(
        default=None,
        description="The id of the person who reads for the sponsor: dates, counts and what it owes; left out, nobody.",
    )
    sponsor_approves: bool = strawberry.field(
        default=False, description="Whether that person answers what members ask for, as the team does."
    )


@output
class AddContractSuccess:
    """The contract can be attached to memberships."""

    contract: Contract = strawberry.field(description="As it stands from now on: it is never changed.")


AddContractResult = Annotated[
    AddContractSuccess | PlainRefusal,
    strawberry.union(
        "AddContractResult",
        description="The contract, or what is wrong with it: `path` leads to it from `document`.",
    ),
]


def add_contract(info: Info, input: AddContractInput) -> AddContractResult | None:
    """For staff: add a contract. It is never changed; sign an amended one under another name and attach that."""
    operation = info.context

    def run(request: Request) -> Outcome:
        document = words(input.document, "document", longest=LONGEST_DOCUMENT) or ""
        command = AddContract(
            name=input.name,
            sponsor=input.sponsor,
            document=document,
            sponsor_id=None if input.sponsor_person is None else key(input.sponsor_person, "Person", "sponsorPerson"),
            sponsor_approves=input.sponsor_approves,
        )
        return add(operation.services.database, request, command)

    def success(done: Done) -> AddContractSuccess:
        return AddContractSuccess(contract=contract(contracts_of_ids(operation.unit, [done.object_id])[done.object_id]))

    return carry(operation, input.idempotency_key, run, success)
