"""What a policy says of series and of months with three sessions, as one line of text (O2, O6, O8, D-18)."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

from policy.document import load_overlay, resolve
from policy.facts import Availability
from policy.months import full_months, kept_by_silence
from policy.recurrence import Recurrence
from policy.resolved import ResolvedPolicy
from policy.series import SeriesFacts, anchored_to, due_at, plan_series, usual_cadence
from policy.terms import ActorKind, Cadence
from tests.policy.cast import NEW_YORK, ZONES
from tests.policy.scenes import Rules

NOW = datetime(2027, 2, 15, 12, tzinfo=UTC)
FIRST = date(2027, 3, 1)
APART = replace(ZONES, member=NEW_YORK)
"""A member in New York with a coach in London."""


CONTRACT = "[series]\nenabled = true\n"
"""What a preset without series says of them is asked under a contract that has them."""


def recurring(rules: Rules) -> str:
    """Whether there are series, in which rhythm, by whose clock, how far ahead; and when a month of three is told and decided."""
    own = _recurring(rules.of(None))
    if not own.startswith("series.enabled"):
        return own
    under = resolve(rules.policy, next(iter(rules.policy.kinds)), contract=load_overlay(CONTRACT, rules.policy))
    return f"{own}; by contract {_recurring(under)}"


def _recurring(policy: ResolvedPolicy) -> str:
    zone = anchored_to(policy, APART)
    rule = Recurrence(cadence=Cadence.FORTNIGHTLY, first=FIRST, at=time(9), zone=zone)
    facts = SeriesFacts(actor=ActorKind.COACH, recurrence=rule, zones=APART, availability=Availability(hours=()))
    plan = plan_series(policy, facts, now=NOW)
    if not plan.allowed and plan.parameter == "series.enabled":
        return f"{plan.parameter}: refused {plan.code}"
    first = rule.occurrence(FIRST)
    month = next(full_months(policy, rule, date(2027, 4, 1)))
    return "; ".join(
        [
            f"{usual_cadence(policy)} by {zone.key}",
            f"exists {first.starts_at - due_at(policy, first.starts_at)} ahead",
            f"three from {month.first.on} told {month.notice_at:%Y-%m-%dT%H:%M:%SZ}, decided by {month.decide_by:%Y-%m-%dT%H:%M:%SZ}",
            "else all three stay" if kept_by_silence(policy) else "else it is split",
        ]
    )
