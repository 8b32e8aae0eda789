"""The answers that a proposal can get: yes, no, or taken back by who proposed it."""

from dataclasses import dataclass
from datetime import datetime

from commands.change import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerProposal(Act):
    """What every answer to a proposal carries."""

    proposal_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptProposal(AnswerProposal):
    """Agree; `at`: the time that the member chooses, where an offer leaves it to them."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineProposal(AnswerProposal):
    """Say no."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawProposal(AnswerProposal):
    """Take it back."""


AnyAnswer = AcceptProposal | DeclineProposal | WithdrawProposal
