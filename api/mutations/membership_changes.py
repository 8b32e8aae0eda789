"""What the verbs that change a membership share: the effect comes back as its digest, or nothing is done."""

from collections.abc import Callable
from typing import TypeAlias, TypeVar

from api.context import Operation
from api.mutations.frame import answer
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
