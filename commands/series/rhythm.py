"""Series follow the rhythm of their membership: each goes on in a successor from the first date on that it holds for (O37, D-27)."""

from dataclasses import replace
from datetime import date, datetime

from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from commands.series.cut import Cut
from commands.series.cutting import Cutting, released_by
from commands.series.rule import rule_of
from commands.series.stop import running_series
from commands.series.succession import Succession, replace_series, succeed
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.recurrence import Recurrence
from policy.series import skipping
from policy.terms import ActorKind, Basis, Cadence, RefusalCode


def follow_rhythm(
    unit: Unit, case: MembershipCase, cadence: Cadence, doer: Doer, *, from_at: datetime, event_id: int
) -> None:
    """Every series of the membership whose kind is granted by the rhythm has it from `from_at` on; people are told of the rhythm alone.

    It stays on its weekday: the first one that begins at `from_at` or later. What cannot take place there is left out and told.
    What its periods hold too many of is for the caller to take back.
    """
    # All are planned before the first is carried out, as whoever was shown them saw them.
    for found in followings(unit, case.id, cadence, from_at=from_at, now=doer.now):
        cutting = Cutting(actor=doer.actor, actor_kind=doer.kind, now=doer.now, note=None)
        told = bool(found.plan.conflicts)
        replace_series(unit, found, cutting, event_id=event_id, told=told, revoke=False)


def followings(unit: Unit, membership: int, cadence: Cadence, *, from_at: datetime, now: datetime) -> list[Succession]:
    """How each series of the membership goes on in this rhythm from then on; each is planned as if those before it were carried out."""
    followed: list[Succession] = []
    for found in running_series(unit, membership, now=now):
        row = series_of_ids(unit, [found.id])[found.id]
        rule = rule_of(row)
        start = first_from(rule, from_at)
        if rule.cadence is cadence or (rule.until is not None and start >= rule.until):
            continue
        released = released_by(unit, row.id, start, now=now)
        # The rhythm was decided about already: whoever did acts for both here, and no role stands in the way.
        cut = Cut(row=row, actor_kind=ActorKind.COACH, on=start, released=released)
        after = replace(rule, first=start, cadence=cadence)
        succession = succeed(unit, cut, after, note=None, now=now, behind=followed)
        if isinstance(succession, RefusalCode) or succession.pair.policy.basis is not Basis.CADENCE:
            continue
        plan = skipping(succession.plan, succession.plan.digest)
        if plan.allowed:
            followed.append(replace(succession, plan=plan))
    return followed


def first_from(rule: Recurrence, from_at: datetime) -> date:
    """The first date on the weekday of the series whose time is `from_at` or later."""
    weekly = replace(rule, cadence=Cadence.WEEKLY, until=None)
    return next(one.on for one in weekly.occurrences(from_at.astimezone(rule.zone).date()) if one.starts_at >= from_at)
