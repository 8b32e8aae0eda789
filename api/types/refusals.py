"""What a mutation answers when nothing was done: members of its union, which all share code and message."""

from collections.abc import Mapping
from typing import TypeAlias

import strawberry

from api.describe import interface, output
from api.types.action_check import ActionCheck, action_check
from api.types.node import Node
from api.types.openings import Slot
from commands.outcome import ActionCheck as Checked
from commands.outcome import Refused, Stale
from policy.terms import ActorKind, RefusalCode


@interface
class Refusal:
    """Nothing was done, and why. A client that selects this interface understands refusals that are added later."""

    code: RefusalCode
    message: str = strawberry.field(description="An English sentence that can be shown to a person.")


@output
class PolicyRefusal(Refusal):
    """The rules say no, or want a costly act to be acknowledged first (LATE_CHANGE_NEEDS_ACK). Nothing happened."""

    check: ActionCheck = strawberry.field(
        description="The answer of the twin at this instant, with the decision behind it."
    )


@output
class ConsequenceChanged(Refusal):
    """The rules or the clock have moved since the consequence was shown. Nothing happened: show the new one."""

    check: ActionCheck = strawberry.field(
        description="The answer of the twin at this instant, with the new consequence."
    )


@output
class StaleVersion(Refusal):
    """The object has changed since it was read. Nothing happened: look at it again."""

    current: Node = strawberry.field(description="The object as it stands.")


@output
class SlotUnavailable(Refusal):
    """The start is not to be had: not offered (SLOT_UNAVAILABLE), or taken by somebody (SLOT_TAKEN). Nothing happened."""

    alternatives: list[Slot] = strawberry.field(description="Starts nearby that could be taken instead; often none.")
    check: ActionCheck | None = strawberry.field(description="The answer of the twin, where the rules were asked.")


@output
class InvalidInput(Refusal):
    """A value of the input is not good. Nothing happened."""

    path: list[str] = strawberry.field(description="Where it stands in `input`, from the outside in.")


@output
class RequestRefused(Refusal):
    """NOT_FOUND, FORBIDDEN, IDEMPOTENCY_CONFLICT and the like: there is no more to tell than code and message."""


RuleRefusal: TypeAlias = (
    PolicyRefusal | ConsequenceChanged | StaleVersion | SlotUnavailable | InvalidInput | RequestRefused
)
"""How a verb on sessions may be refused."""
PlainRefusal: TypeAlias = InvalidInput | RequestRefused
"""How a verb may be refused that asks no rules."""

SLOTS = frozenset({RefusalCode.SLOT_UNAVAILABLE, RefusalCode.SLOT_TAKEN})


def plain_refusal(refused: Refused | Stale, names: Mapping[str, str]) -> PlainRefusal:
    """The refusal of a command that asks no rules; `names`: how its fields are called in the input."""
    code, message = refused.code, refused.message
    if isinstance(refused, Refused) and code is RefusalCode.INVALID_INPUT:
        return InvalidInput(code=code, message=message, path=[names.get(part, part) for part in refused.path])
    return RequestRefused(code=code, message=message)


def rule_refusal(refused: Refused) -> RuleRefusal:
    """The refusal of a verb on sessions."""
    code, message = refused.code, refused.message
    check = None if refused.check is None else action_check(refused.check, _reader(refused.check))
    if code in SLOTS:
        slots = [Slot(starts_at=start) for start in refused.alternatives]
        return SlotUnavailable(code=code, message=message, alternatives=slots, check=check)
    if check is None:
        return plain_refusal(refused, {})
    if code is RefusalCode.CONSEQUENCE_CHANGED:
        return ConsequenceChanged(code=code, message=message, check=check)
    return PolicyRefusal(code=code, message=message, check=check)


def _reader(check: Checked) -> ActorKind:
    """Who reads the check: who acted. Without a decision there is nothing to hide."""
    return ActorKind.MEMBER if check.decision is None else check.decision.actor
