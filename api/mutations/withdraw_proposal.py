"""withdrawProposal: a proposal is withdrawn, and nothing changes."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import output
from api.inputs import key, words
from api.mutations.answers import AnswerProposalInput, answered
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.answer_proposal import WithdrawProposal


@output
class WithdrawProposalSuccess:
    """It is withdrawn; what it held of the coach's time is free."""

    proposal: Proposal


WithdrawProposalResult = Annotated[
    WithdrawProposalSuccess | RuleRefusal,
    strawberry.union("WithdrawProposalResult", description="The proposal that was withdrawn, or why it was not."),
]


def withdraw_proposal(info: Info, input: AnswerProposalInput) -> WithdrawProposalResult | None:
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
