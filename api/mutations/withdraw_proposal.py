"""withdrawProposal: a proposal is withdrawn, and nothing changes."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.answers import PROPOSAL_WORDS, answered
from api.mutations.changes import NOTE_WORDS, VERSION_WORDS
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.answers import WithdrawProposal


@given
class WithdrawProposalInput:
    """Which proposal is withdrawn; `Proposal.canWithdraw` answers the same question without acting."""

    proposal: strawberry.ID = strawberry.field(description=PROPOSAL_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class WithdrawProposalSuccess:
    """It is withdrawn; what it held of the coach's time is free."""

    proposal: Proposal


WithdrawProposalResult = Annotated[
    WithdrawProposalSuccess | RuleRefusal,
    strawberry.union("WithdrawProposalResult", description="The proposal that was withdrawn, or why it was not."),
]


def withdraw_proposal(info: Info, input: WithdrawProposalInput) -> WithdrawProposalResult | None:
    """Take back what you proposed, as long as there is no answer to it."""

    def command() -> WithdrawProposal:
        return WithdrawProposal(
            proposal_id=key(input.proposal, "Proposal", "proposal"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, _shown: Consequence) -> WithdrawProposalSuccess:
        return WithdrawProposalSuccess(proposal=proposal)

    return answered(info.context, input.idempotency_key, command, success)
