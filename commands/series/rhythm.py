"""Series follow the rhythm of their membership: each goes on in a successor from the first date on that it holds for (O37, D-27)."""

from dataclasses import replace
from datetime import date, datetime

from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from commands.series.cut import Cut
from commands.series.cutting import Cutting, released_by
from commands.series.rule import rule_of
from commands.series.stop import running_series
from commands.series.succession import replace_series, succeed
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.recurrence import Recurrence
from policy.series import skipping
from policy.terms import ActorKind, Basis, Cadence


def follow_rhythm(
    unit: Unit, case: MembershipCase, cadence: Cadence, doer: Doer, *, from_at: datetime, event_id: int
) -> None:
    """Every series of the membership whose kind is granted by the rhythm has it from `from_at` on; people are told of the rhythm alone.

    It stays on its weekday: the first one that begins at `from_at` or later. What cannot take place there is left out and told.
    """
    for found in running_series(unit, case.id):
        row = series_of_ids(unit, [found.id])[found.id]
        rule = rule_of(row)
        if rule.cadence is cadence:
            continue
        start = first_from(rule, from_at)
        if rule.until is not None and start >= rule.until:
            continue
        released = released_by(unit, row.id, start, now=doer.now)
        # The rhythm was decided about already: whoever did acts for both here, and no role stands in the way.
        cut = Cut(row=row, actor_kind=ActorKind.COACH, on=start, released=released)
        succession = succeed(unit, cut, replace(rule, first=start, cadence=cadence), note=None, now=doer.now)
        if isinstance(succession, str) or succession.pair.policy.basis is not Basis.CADENCE:
            continue
        plan = skipping(succession.plan, succession.plan.digest)
        if plan.allowed:
            cutting = Cutting(actor=doer.actor, actor_kind=doer.kind, now=doer.now, note=None)
            replace_series(unit, replace(succession, plan=plan), cutting, event_id=event_id, told=bool(plan.conflicts))


def first_from(rule: Recurrence, from_at: datetime) -> date:
    """The first date on the weekday of the series whose time is `from_at` or later."""
    weekly = replace(rule, cadence=Cadence.WEEKLY, until=None)
    return next(one.on for one in weekly.occurrences(from_at.astimezone(rule.zone).date()) if one.starts_at >= from_at)
