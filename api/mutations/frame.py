"""The frame of every mutation: input becomes a command, the command's outcome a member of the union."""

from collections.abc import Callable, Mapping
from typing import TypeVar

import strawberry

from api.context import Operation
from api.inputs import LONGEST_KEY, InputRefused, words
from api.types.node import Node
from api.types.refusals import (
    ConsequenceChanged,
    InvalidInput,
    PolicyRefusal,
    RequestRefused,
    SlotUnavailable,
    StaleVersion,
    refusal,
)
from api.types.session import visible_sessions
from commands.outcome import Done, Outcome, Refused, Stale
from commands.transaction import Request
from policy.terms import RefusalCode

S = TypeVar("S")
AnyRefusal = PolicyRefusal | ConsequenceChanged | StaleVersion | SlotUnavailable | InvalidInput | RequestRefused

KEY_WORDS = (
    "A text of your own, at most 200 characters, new for each thing that you want done. Sent again with the same input, it "
    "answers what was done and does nothing a second time; kept for at least a day. A refusal uses up no key."
)
VERSION_WORDS = "The `version` that you have read: if the object has changed since, nothing is done (StaleVersion)."
ACKNOWLEDGE_WORDS = "The digest of the consequence that you have shown; needed where it is costly, else ignored."


def carry(
    operation: Operation,
    idempotency_key: str | None,
    run: Callable[[Request], Outcome],
    success: Callable[[Done], S],
    *,
    names: Mapping[str, str] | None = None,
) -> S | AnyRefusal:
    """Act in a unit of its own and read the payload afterwards; `names`: how the command's fields are called in the input."""
    try:
        outcome = run(operation.begin_act(_key(idempotency_key)))
    except InputRefused as fault:
        return InvalidInput(code=RefusalCode.INVALID_INPUT, message=fault.message, path=list(fault.path))
    match outcome:
        case Done():
            return success(outcome)
        case Stale():
            current: Node = visible_sessions(operation, [outcome.object_id])[outcome.object_id]
            return StaleVersion(code=outcome.code, message=outcome.message, current=current)
        case Refused():
            return refusal(outcome, names or {})


def _key(text: str | None) -> str | None:
    if text is not None and not text:
        raise InputRefused("A key has 1 to 200 characters.", "idempotencyKey")
    return words(text, "idempotencyKey", longest=LONGEST_KEY)


def given(value: S | None) -> S | None:
    """A value of the input; None where it was left out or null."""
    return None if value is strawberry.UNSET else value
