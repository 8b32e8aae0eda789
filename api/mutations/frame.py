"""The frame of every mutation: input becomes a command, the command's outcome a member of the union."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from api.context import Operation
from api.inputs import LONGEST_KEY, InputRefused, words
from api.types.refusals import InvalidInput, PlainRefusal, plain_refusal
from commands.outcome import Done, Outcome, Refused, Stale
from commands.transaction import Request
from policy.terms import RefusalCode

LONGEST_TEXT = 10_000
"""Of what people write down, such as a note."""

S = TypeVar("S")
R = TypeVar("R")

KEY_WORDS = (
    "A text of your own, at most 200 characters, new for each thing that you want done. Sent again with the same input, it "
    "answers what was done and does nothing a second time; kept for at least a day. A refusal uses up no key."
)


def carry(
    operation: Operation,
    idempotency_key: str | None,
    run: Callable[[Request], Outcome],
    success: Callable[[Done], S],
    *,
    names: Mapping[str, str] | None = None,
) -> S | PlainRefusal:
    """Run a verb that asks no rules; `names`: how the command's fields are called in the input, where that differs."""
    return answer(operation, idempotency_key, run, success, lambda refused: plain_refusal(refused, names or {}))


def answer(
    operation: Operation,
    idempotency_key: str | None,
    run: Callable[[Request], Outcome],
    success: Callable[[Done], S],
    refuse: Callable[[Refused | Stale], R],
) -> S | R | InvalidInput:
    """Act in a unit of its own, and read the payload in a snapshot afterwards."""
    try:
        outcome = run(operation.begin_act(_key(idempotency_key)))
    except InputRefused as fault:
        return InvalidInput(code=RefusalCode.INVALID_INPUT, message=fault.message, path=list(fault.path))
    return success(outcome) if isinstance(outcome, Done) else refuse(outcome)


def _key(text: str | None) -> str | None:
    if text is not None and not text:
        raise InputRefused("A key has 1 to 200 characters.", "idempotencyKey")
    return words(text, "idempotencyKey", longest=LONGEST_KEY)
