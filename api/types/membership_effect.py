"""What a change of a membership leads to, and the answer of its twins."""

from datetime import datetime

import strawberry

from api.describe import output
from api.types.amounts import Money, money
from commands.membership_effect import MembershipCheck as Checked
from commands.membership_effect import MembershipEffect as Effect
from policy.terms import RefusalCode


@output
class MembershipEffect:
    """What follows when a membership is changed. Show it before you send its digest as `acknowledge`."""

    effective_at: datetime = strawberry.field(description="From when on.")
    session_count: int = strawberry.field(description="How many sessions are cancelled without loss, at once or then.")
    revoked_units: int = strawberry.field(description="How many credits can no longer be used.")
    charge: Money | None = strawberry.field(description="What is due at once; null where nothing is.")
    price: Money | None = strawberry.field(
        description="What each month or year costs from then on; null where it stays."
    )
    summary: str = strawberry.field(description="The same in words.")
    digest: strawberry.ID | None = strawberry.field(
        description="Goes back as `acknowledge`; null where nothing needs to be acknowledged."
    )


@output
class MembershipCheck:
    """Whether a membership may be changed like this, asked without changing it."""

    allowed: bool = strawberry.field(description="Whether it would be done.")
    code: RefusalCode | None = strawberry.field(description="Why it may not be; null where it may.")
    message: str | None = strawberry.field(description="The same for a person.")
    effect: MembershipEffect | None = strawberry.field(description="What would follow; null where it may not be.")
    checked_at: datetime = strawberry.field(description="The instant of this answer.")


def membership_effect(effect: Effect) -> MembershipEffect:
    """The effect as the contract shows it."""
    return MembershipEffect(
        effective_at=effect.effective_at,
        session_count=len(effect.sessions),
        revoked_units=effect.units,
        charge=money(effect.charge),
        price=money(effect.price),
        summary=effect.summary,
        digest=strawberry.ID(effect.digest) if effect.costly else None,
    )


def membership_check(check: Checked) -> MembershipCheck:
    """The answer of a twin."""
    return MembershipCheck(
        allowed=check.allowed,
        code=check.code,
        message=check.message,
        effect=None if check.effect is None else membership_effect(check.effect),
        checked_at=check.checked_at,
    )
