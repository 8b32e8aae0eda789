"""declineProposal: a proposal is declined, and nothing changes."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.answers import PROPOSAL_WORDS, answered
from api.mutations.changes import NOTE_WORDS, VERSION_WORDS
from api.mutations.frame import KEY_WORDS
from api.types.consequence import Consequence
from api.types.kind import SessionKind
from api.types.person import Person
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.answers import DeclineProposal
from policy.terms import ProposalKind


@given
class DeclineProposalInput:
    """Which proposal is declined; `Proposal.canDecline` answers the same question without acting."""

    proposal: strawberry.ID = strawberry.field(description=PROPOSAL_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    note: str | None = strawberry.field(default=None, description=NOTE_WORDS)


@output
class BookingWish:
    """What a booking needs besides its start: ask `openings` with them for times, and book one with `bookSession` (V17)."""

    kind: SessionKind
    coach: Person = strawberry.field(description="The coach who had invited you.")


def _wish(proposal: Proposal) -> BookingWish | None:
    if proposal.kind is not ProposalKind.NEW_SESSION:
        return None
    return BookingWish(kind=proposal.session_kind, coach=proposal.coach)


@output
class DeclineProposalSuccess:
    """It is declined; what it held of the coach's time is free."""

    proposal: Proposal
    book_anew: BookingWish | None = strawberry.field(
        description="Of an invite, what you need to choose a time yourself; null of anything else."
    )


DeclineProposalResult = Annotated[
    DeclineProposalSuccess | RuleRefusal,
    strawberry.union("DeclineProposalResult", description="The proposal that was declined, or why it was not."),
]


def decline_proposal(info: Info, input: DeclineProposalInput) -> DeclineProposalResult | None:
    """Say no to what was proposed to you: a session stays as it is, and who proposed it is told. After an invite you may book anew."""

    def command() -> DeclineProposal:
        return DeclineProposal(
            proposal_id=key(input.proposal, "Proposal", "proposal"),
            if_version=input.if_version,
            note=words(input.note, "note"),
        )

    def success(proposal: Proposal, _shown: Consequence) -> DeclineProposalSuccess:
        return DeclineProposalSuccess(proposal=proposal, book_anew=_wish(proposal))

    return answered(info.context, input.idempotency_key, command, success)
