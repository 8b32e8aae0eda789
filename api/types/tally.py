"""Tallies of a policy: what is counted, and what follows (MODEL 3.5)."""

from datetime import timedelta

import strawberry

from api.describe import output
from api.scalars import write_duration
from api.types.amounts import Money
from policy.tallies import Step
from policy.tallies import Tally as PolicyTally
from policy.terms import Sanction, TallyOf


@output
class TallyCount:
    """A reason that is counted."""

    reason: str = strawberry.field(description="Its code, as in `reasons`.")
    weight: int = strawberry.field(description="How much each of it adds.")


@output
class TallyStep:
    """What follows when a number is reached."""

    at: int | None = strawberry.field(description="The number; null where each multiple of `every` is one.")
    every: int | None = strawberry.field(
        description="Each multiple of it is reached anew; null where `at` names one number."
    )
    then: list[Sanction] = strawberry.field(description="What follows.")
    lasts: str | None = strawberry.field(
        description="How long it lasts: `P14D`, `P2M`, or until the `PERIOD` or `TERM` ends, it is `PAID`, `STAFF` lift it."
    )
    amount: Money | None = strawberry.field(description="What is due, of `CHARGE`.")
    kinds: list[str] | None = strawberry.field(description="The kinds of session that it stops; null: all.")


@output
class Tally:
    """A count of reasons over a window: a sum over the record, never a counter that is kept."""

    name: str
    of: TallyOf = strawberry.field(description="Whose events are counted.")
    counts: list[TallyCount] = strawberry.field(description="The reasons that count, each with its weight.")
    window: str = strawberry.field(description="Which events count: `P60D`, or a word such as `ALL`.")
    in_a_row: bool = strawberry.field(description="Whether only the latest unbroken row counts.")
    steps: list[TallyStep] = strawberry.field(description="Empty where the tally only serves conditions of rows.")
    rule: str | None = strawberry.field(description="The published rule behind it.")


def tally(name: str, found: PolicyTally) -> Tally:
    """The tally as the contract shows it."""
    return Tally(
        name=name,
        of=found.of,
        counts=[TallyCount(reason=reason, weight=weight) for reason, weight in found.counts.items()],
        window=write_duration(found.window) if isinstance(found.window, timedelta) else found.window,
        in_a_row=found.in_a_row,
        steps=[_step(one) for one in found.steps],
        rule=found.rule,
    )


def _step(step: Step) -> TallyStep:
    amount = step.amount
    return TallyStep(
        at=step.at,
        every=step.every,
        then=list(step.then),
        lasts=write_duration(step.lasts) if isinstance(step.lasts, timedelta) else step.lasts,
        amount=None if amount is None else Money(minor_units=amount.minor_units, currency=amount.currency),
        kinds=None if step.kinds is None else sorted(step.kinds),
    )
