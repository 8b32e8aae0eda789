"""declineProposal: a proposal is declined, and nothing changes."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import output
from api.inputs import key, words
from api.mutations.answers import AnswerProposalInput, answered
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.answer_proposal import DeclineProposal


@output
class DeclineProposalSuccess:
    """It is declined; what it held of the coach's time is free."""

    proposal: Proposal


DeclineProposalResult = Annotated[
    DeclineProposalSuccess | RuleRefusal,
    strawberry.union("DeclineProposalResult", description="The proposal that was declined, or why it was not."),
]


def decline_proposal(info: Info, input: AnswerProposalInput) -> DeclineProposalResult | None:
    """Say no to what was proposed to you: the session stays as it is, and who proposed it is told."""

    def command() -> DeclineProposal:
        return DeclineProposal(
            proposal_id=key(input.proposal, "Proposal", "proposal"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, _shown: Consequence) -> DeclineProposalSuccess:
        return DeclineProposalSuccess(proposal=proposal)

    return answered(info.context, input.idempotency_key, command, success)
