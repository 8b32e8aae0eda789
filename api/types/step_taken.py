"""What a tally makes follow from something, shown beforehand and after it was done (MODEL 3.5, D-59)."""

from datetime import datetime

import strawberry

from api.describe import output
from api.types.amounts import Money, money
from policy.decisions import Consequence
from policy.effects import TakeStep
from policy.step_words import concerns
from policy.terms import ActorKind, Sanction, Side


@output
class StepTaken:
    """A count that reaches its number by this, and what follows for one of the two. Each reads of their own; the team of all."""

    tally: str = strawberry.field(description="The name of the tally: `policy.tallies`.")
    whom: Side = strawberry.field(description="For whom it follows.")
    then: list[Sanction] = strawberry.field(description="What follows.")
    until: datetime | None = strawberry.field(
        description="Until when what lasts of it lasts; null where nothing does, or where `lasts` says what it waits for."
    )
    lasts: str | None = strawberry.field(
        description="What it waits for where no instant is known: it is `PAID`, the `TERM` ends, `STAFF` lift it."
    )
    amount: Money | None = strawberry.field(description="What is due, of `CHARGE`.")
    kinds: list[str] | None = strawberry.field(description="The kinds of session that are stopped; null: all.")


def steps_taken(found: Consequence, reader: ActorKind) -> list[StepTaken]:
    """The steps that somebody in this capacity reads of."""
    return [_step(one) for one in found.steps if concerns(one.to, reader)]


def lifts_stops(found: Consequence, reader: ActorKind) -> bool:
    """Whether something that concerns the reader is lifted."""
    return found.lifted is not None and any(concerns(side, reader) for side in found.lifted.sides)


def _step(one: TakeStep) -> StepTaken:
    return StepTaken(
        tally=one.tally,
        whom=one.to,
        then=list(one.then),
        until=one.until,
        lasts=one.lasts,
        amount=money(one.amount),
        kinds=None if one.kinds is None else list(one.kinds),
    )
