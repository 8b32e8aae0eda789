"""What the verbs that change a membership share: the effect comes back as its digest, or nothing is done."""

from collections.abc import Callable
from typing import TypeAlias, TypedDict, TypeVar

import strawberry

from api.context import Operation
from api.describe import given
from api.inputs import key, word, words
from api.mutations.frame import KEY_WORDS, answer
from api.mutations.memberships import membership_done
from api.types.membership import Membership
from api.types.membership_check import MembershipEffectNotAcknowledged, membership_not_acknowledged
from api.types.refusals import InvalidInput, RequestRefused, StaleVersion, plain_refusal
from commands.outcome import Done, Outcome, Refused, Stale
from commands.transaction import Request

S = TypeVar("S")
MembershipRefusal: TypeAlias = MembershipEffectNotAcknowledged | StaleVersion | InvalidInput | RequestRefused
"""How a change of a membership may be refused."""

MEMBERSHIP_WORDS = "The id of the membership."
VERSION_WORDS = "The `version` of the membership that you have read."
ACKNOWLEDGE_WORDS = "The digest of the effect that you have shown; needed where there is one."
SOURCE_WORDS = "As staff: where you have the member's own request from, such as a mail, at most 4,000 characters. The member leaves it out."


@given
class OwnRequest:
    """Which membership it is about, as it was read, what was shown of the effect, and whose word it is."""

    membership: strawberry.ID = strawberry.field(description=MEMBERSHIP_WORDS)
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    acknowledge: strawberry.ID | None = strawberry.field(default=None, description=ACKNOWLEDGE_WORDS)
    source: str | None = strawberry.field(default=None, description=SOURCE_WORDS)


class Named(TypedDict):
    """What every command by the member's own request is made of."""

    membership_id: int
    if_version: int
    acknowledge: str | None
    source: str | None


def named(input: OwnRequest) -> Named:
    """What the request names. Raises InputRefused."""
    return {
        "membership_id": key(input.membership, "Membership", "membership"),
        "if_version": input.if_version,
        "acknowledge": word(input.acknowledge, "acknowledge"),
        "source": words(input.source, "source"),
    }


def change_membership(
    operation: Operation,
    idempotency_key: str,
    run: Callable[[Request], Outcome],
    success: Callable[[Membership], S],
) -> S | MembershipRefusal:
    """Run a verb on a membership: a success shows it as it stands, a refusal the effect that was not acknowledged."""

    def refuse(refused: Refused | Stale) -> MembershipRefusal:
        if isinstance(refused, Stale):
            current = membership_done(operation, Done(object_id=refused.object_id, event_id=0))
            return StaleVersion(code=refused.code, message=refused.message, current=current)
        if refused.change is not None:
            return membership_not_acknowledged(refused, refused.change)
        return plain_refusal(refused, {})

    return answer(operation, idempotency_key, run, lambda done: success(membership_done(operation, done)), refuse)
