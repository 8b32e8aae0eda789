"""What a membership costs, and when it is paid again (O33, O37, O38, O41, O42, D-27, D-29)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from policy.matters import Tier
from policy.money import Money
from policy.periods import month_after
from policy.resolved import ResolvedPolicy
from policy.terms import Cadence

MONTHS: Mapping[Tier, int] = {Tier.MONTHLY: 1, Tier.ANNUAL: 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a membership is paid. `base`: the price of the fortnightly rhythm, per month or, paid up front, per year."""

    tier: Tier
    cadence: Cadence
    base: Money


def offers_tier(policy: ResolvedPolicy, tier: Tier) -> bool:
    """Whether the policy knows this way to pay (O41)."""
    return tier.lower() in policy.value("membership.tiers")


def renews(policy: ResolvedPolicy) -> bool:
    """Whether a membership that nobody has cancelled goes on by itself (O42)."""
    return policy.flag("membership.auto_renew")


def exact_price(policy: ResolvedPolicy, plan: Plan) -> Fraction:
    """What a month or a year costs, in minor units and unrounded: a part of the base, never of the present price (D-27)."""
    factors: Mapping[str, Fraction] = policy.value("price.cadence_factor")
    return plan.base.minor_units * factors.get(plan.cadence, Fraction(1))


def price(policy: ResolvedPolicy, plan: Plan) -> Money:
    """What is due at each renewal."""
    return rounded(exact_price(policy, plan), plan)


def monthly_cost(policy: ResolvedPolicy, plan: Plan) -> Fraction:
    """What a month costs at the present rhythm, unrounded; a year paid up front counts as twelve months (MODEL 7)."""
    return exact_price(policy, plan) / MONTHS[plan.tier]


def one_off_price(policy: ResolvedPolicy, plan: Plan) -> Money:
    """What a one-off costs that replaces nothing: a part of the monthly cost, rounded once (O33)."""
    fraction: Fraction = policy.value("price.one_off_fraction")
    return rounded(monthly_cost(policy, plan) * fraction, plan)


def rounded(minor_units: Fraction, plan: Plan) -> Money:
    """The amount in the plan's currency, half up to the minor unit."""
    return Money(minor_units=1, currency=plan.base.currency).times(minor_units)


def renewal(first: date, tier: Tier, number: int) -> date:
    """The day of the renewal of this number, counted from the first payment and clamped to short months (D-29)."""
    return month_after(first, MONTHS[tier] * number)


def renewal_after(first: date, tier: Tier, day: date) -> date:
    """The first renewal after `day`, or the first payment itself where that lies after it."""
    if day < first:
        return first
    months = (day.year - first.year) * 12 + day.month - first.month
    number = months // MONTHS[tier]
    while renewal(first, tier, number) <= day:
        number += 1
    return renewal(first, tier, number)
