"""What a policy says of memberships as one line: how they are paid, what a rhythm costs and covers, who cancels and pauses them."""

from datetime import date
from zoneinfo import ZoneInfo

from policy.cadence import nominal
from policy.matching import is_chemistry, objection_to_candidates
from policy.matters import Channel, Tier
from policy.memberships import MembershipFacts, objection_to_cancelling, objection_to_pausing
from policy.outreach import churn_due
from policy.plans import Plan, offers_tier, one_off_price, price, renewal_after, renews
from policy.requests import way_of_extra
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, Cadence, MembershipStatus
from tests.policy.cast import at, money
from tests.policy.scenes import Rules

ACTIVE = MembershipFacts(status=MembershipStatus.ACTIVE)


def priced(rules: Rules) -> str:
    """A base price of 240.00, in each rhythm; a one-off besides; the sessions of a month; who may cancel."""
    policy = rules.of(None)
    tiers = [tier.lower() for tier in Tier if offers_tier(policy, tier)]
    said = [" ".join(["paid", *tiers])]
    for cadence in Cadence:
        plan = Plan(tier=Tier.MONTHLY, cadence=cadence, base=money("240.00"))
        cost = f"{price(policy, plan).minor_units / 100:g} and {one_off_price(policy, plan).minor_units / 100:g}"
        said.append(f"{cadence.lower()} {cost} for {nominal(policy, cadence)}")
    said.append("renews" if renews(policy) else "ends")
    said.append(f"after {renewal_after(date(2027, 1, 31), Tier.MONTHLY, date(2027, 2, 1))}")
    cancels = [
        actor.lower()
        for actor in (ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF)
        if objection_to_cancelling(policy, ACTIVE, actor, source="mail") is None
    ]
    pauses = [
        actor.lower()
        for actor in (ActorKind.MEMBER, ActorKind.COACH, ActorKind.STAFF)
        if objection_to_pausing(policy, ACTIVE, actor, source="mail") is None
    ]
    rests = f"paused by {' or '.join(pauses)}" if pauses else "never paused"
    extras = f"extras {way_of_extra(policy, Channel.D2C).lower()} {way_of_extra(policy, Channel.B2B).lower()}"
    first = (
        "always"
        if is_chemistry(policy, several=False)
        else "several"
        if is_chemistry(policy, several=True)
        else "never"
    )
    most = max((count for count in range(1, 11) if objection_to_candidates(policy, count) is None), default=0)
    extras += f", {most} matched, chemistry {first}, churned {churned(policy)}"
    return ", ".join([*said, "cancelled by " + " or ".join(cancels), rests, extras])


def churned(policy: ResolvedPolicy) -> str:
    """When a member has churned whom the coach tried first on 31 January and the team on 20 March, and the other way round."""
    first, second = at("2027-01-31T15:00:00Z"), at("2027-03-20T14:00:00Z")
    zone = ZoneInfo("America/New_York")
    found = [
        churn_due(policy, zone, coach_first_at=one, team_first_at=two)
        for one, two in ((first, second), (second, first))
    ]
    return " or ".join("never" if one is None else f"{one:%m-%dT%HZ}" for one in found)
