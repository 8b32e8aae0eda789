"""acceptProposal: what the other side proposed is agreed to and carried out."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.answers import PROPOSAL_WORDS, answered
from api.mutations.changes import ACKNOWLEDGE_WORDS, NOTE_WORDS, VERSION_WORDS
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.answers import AcceptProposal


@given
class AcceptProposalInput:
    """Which proposal is agreed to; `Proposal.canAccept` answers the same question without acting."""

    proposal: strawberry.ID = strawberry.field(description=PROPOSAL_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    at: datetime | None = strawberry.field(
        default=None, description="The new start that you choose, of an offer that leaves it to you."
    )
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class AcceptProposalSuccess:
    """It is agreed and done: see the proposal's `session`. Both sides are told."""

    proposal: Proposal
    consequence: Consequence = strawberry.field(description="What it led to: the same that `canAccept` had shown.")


AcceptProposalResult = Annotated[
    AcceptProposalSuccess | RuleRefusal,
    strawberry.union("AcceptProposalResult", description="The proposal that was accepted, or why it was not."),
]


def accept_proposal(info: Info, input: AcceptProposalInput) -> AcceptProposalResult | None:
    """Agree to what was proposed to you. If the time is gone meanwhile, nothing is done and the proposal goes on waiting."""

    def command() -> AcceptProposal:
        return AcceptProposal(
            proposal_id=key(input.proposal, "Proposal", "proposal"),
            at=input.at,
            acknowledge=word(input.acknowledge, "acknowledge"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, shown: Consequence) -> AcceptProposalSuccess:
        return AcceptProposalSuccess(proposal=proposal, consequence=shown)

    return answered(info.context, input.idempotency_key, command, success)
