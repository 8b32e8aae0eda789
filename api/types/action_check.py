"""The answer of a twin: may it be done, until when, and what follows (GRAPHQL 1)."""

from datetime import datetime

import strawberry

from api.describe import output
from api.types.amounts import Money, money
from api.types.consequence import Consequence, consequence
from api.types.decision import Decision, decision
from commands.outcome import ActionCheck as Checked
from policy.terms import ActorKind, RefusalCode


@output
class ActionCheck:
    """Whether something may be done now, and what would follow. The mutation answers the same, because it asks the same function."""

    allowed: bool = strawberry.field(
        description="Whether it may be done; a costly act is allowed if its consequence is acknowledged."
    )
    late: bool = strawberry.field(description="Whether it would be late by the policy, which often costs something.")
    code: RefusalCode | None = strawberry.field(description="Why it may not be done; null where it may.")
    message: str | None = strawberry.field(description="The same as an English sentence.")
    reason: str | None = strawberry.field(
        description="The reason of the policy whose terms would apply: `policy.reasons`."
    )
    deadline_at: datetime | None = strawberry.field(
        description="The last instant at which this answer holds; null where no later instant changes it."
    )
    possible_from: datetime | None = strawberry.field(
        description="Where it is too early, or bookings are stopped, the first instant at which that is over."
    )
    price: Money | None = strawberry.field(
        description="Of a booking that has to be paid for first (PAYMENT_REQUIRED), its price; null elsewhere, or where none is stated."
    )
    checked_at: datetime = strawberry.field(description="The instant of this answer.")
    decision: Decision | None = strawberry.field(
        description="How the answer came about; null where no rule was asked, because you may not act here at all."
    )
    consequence: Consequence | None = strawberry.field(description="What would follow; null where it may not be done.")


def action_check(check: Checked, reader: ActorKind) -> ActionCheck:
    """The check as somebody in this capacity may read it."""
    decided = check.decision
    return ActionCheck(
        allowed=check.allowed,
        late=check.late,
        code=check.code,
        message=check.message,
        reason=None if decided is None else decided.reason,
        deadline_at=None if decided is None else decided.deadline_at,
        possible_from=None if decided is None else decided.possible_from,
        price=None if decided is None else money(decided.price),
        checked_at=check.checked_at,
        decision=None if decided is None else decision(decided),
        consequence=None if check.consequence is None else consequence(check.consequence, reader),
    )
