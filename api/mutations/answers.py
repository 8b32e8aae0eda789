"""What the verbs that answer a proposal share."""

from collections.abc import Callable
from typing import TypeVar

from api.context import Operation
from api.mutations.frame import answer
from api.types.consequence import Consequence, consequence
from api.types.proposal import Proposal, reader_of_proposal, visible_proposals
from api.types.refusals import RuleRefusal, StaleVersion, rule_refusal
from commands.answer_proposal import answer_proposal
from commands.answers import AnyAnswer
from commands.outcome import Done, Refused, Stale
from commands.transaction import Request
from policy.terms import ActorKind

S = TypeVar("S")
PROPOSAL_WORDS = "The id of the proposal."


def answered(
    operation: Operation,
    idempotency_key: str,
    command: Callable[[], AnyAnswer],
    success: Callable[[Proposal, Consequence], S],
) -> S | RuleRefusal:
    """Answer a proposal: a success shows it as it stands and what followed, a refusal the check behind it."""

    def run(request: Request) -> Done | Refused | Stale:
        return answer_proposal(operation.services.database, request, command())

    return answer(
        operation,
        idempotency_key,
        run,
        lambda done: success(*done_with(operation, done)),
        lambda refused: refusal_about(operation, refused),
    )


def done_with(operation: Operation, done: Done) -> tuple[Proposal, Consequence]:
    """The proposal as it stands, and what followed."""
    found = visible_proposals(operation, [done.object_id])[done.object_id]
    if done.consequence is None:
        raise LookupError("an answer to a proposal has a consequence")
    reader = reader_of_proposal(operation, found.kept) or ActorKind.SYSTEM
    return found, consequence(done.consequence, reader)


def refusal_about(operation: Operation, refused: Refused | Stale) -> RuleRefusal:
    """The refusal, or the proposal as it stands where it was read too long ago."""
    if isinstance(refused, Refused):
        return rule_refusal(refused)
    current = visible_proposals(operation, [refused.object_id])[refused.object_id]
    return StaleVersion(code=refused.code, message=refused.message, current=current)
