"""What inviting and asking for a session share."""

from collections.abc import Callable
from typing import TypeVar

from api.context import Operation
from api.mutations.answers import done_with, refusal_about
from api.mutations.frame import answer
from api.types.consequence import Consequence
from api.types.proposal import Proposal
from api.types.refusals import RuleRefusal
from commands.invite import AnyWish, propose_session
from commands.outcome import Outcome
from commands.transaction import Request

S = TypeVar("S")


def wished(
    operation: Operation,
    idempotency_key: str,
    command: Callable[[Request], AnyWish],
    success: Callable[[Proposal, Consequence], S],
) -> S | RuleRefusal:
    """Propose a session: a success shows the proposal as it stands, a refusal the check behind it."""

    def run(request: Request) -> Outcome:
        return propose_session(operation.services.database, request, command(request))

    return answer(
        operation,
        idempotency_key,
        run,
        lambda done: success(*done_with(operation, done)),
        lambda refused: refusal_about(operation, refused),
    )
