"""The refusal of a change of a membership that shows what it would lead to."""

import strawberry

from api.describe import output
from api.types.membership_effect import MembershipCheck, MembershipEffect, membership_check, membership_effect
from api.types.refusals import Refusal
from commands.membership_effect import MembershipEffect as Effect
from commands.outcome import Refused

__all__ = [
    "MembershipCheck",
    "MembershipEffectNotAcknowledged",
    "membership_check",
    "membership_not_acknowledged",
]


@output
class MembershipEffectNotAcknowledged(Refusal):
    """Nothing happened: this costs somebody something. Show the effect, and send its digest as `acknowledge`.

    LATE_CHANGE_NEEDS_ACK: no digest came. CONSEQUENCE_CHANGED: it was that of another effect, or something has changed since.
    """

    effect: MembershipEffect = strawberry.field(description="What would follow at this instant.")


def membership_not_acknowledged(refused: Refused, effect: Effect) -> MembershipEffectNotAcknowledged:
    """The refusal of a change whose effect has not come back."""
    return MembershipEffectNotAcknowledged(code=refused.code, message=refused.message, effect=membership_effect(effect))
