"""What another rhythm would do to the series of a membership and to their credits, seen before it is done (D-04, D-27)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from commands.series.planning import lots_for
from commands.series.rhythm import followings
from commands.series.rule import rule_of
from commands.series.succession import Succession
from models.queries.series import kept_starts, places_of, series_of_membership
from models.unit import Unit
from policy.entitlement import hold
from policy.facts import Lot
from policy.recurrence import Recurrence
from policy.series import Released, within_horizon
from policy.terms import Cadence, SessionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """The successors that series would go on in. `free`: by lot, how many more units would be free than now."""

    successions: tuple[Succession, ...] = ()
    free: Mapping[int, int] = field(default_factory=dict[int, int])
    made: int = 0

    @property
    def released(self) -> tuple[Released, ...]:
        """The sessions that would be cancelled without loss."""
        return tuple(one for found in self.successions for one in found.plan.released)

    def rules(self, unit: Unit, membership: int, kind: int) -> list[Recurrence]:
        """The rules that the membership's series of the kind would have then, cut ones among them."""
        own = [found for found in self.successions if found.cut.row.kind_id == kind]
        cuts = {found.cut.row.id: found.cut.on for found in own}
        standing = series_of_membership(unit, membership=membership, kind=kind)
        return [*(_cut(row, cuts) for row in standing), *(found.rule for found in own)]

    def kept(self, unit: Unit, membership: int, kind: int) -> list[datetime]:
        """When the sessions start that would stand although their series ends before them."""
        own = [found for found in self.successions if found.cut.row.kind_id == kind]
        more = [start for found in own for start in _left_standing(unit, found)]
        return [*kept_starts(unit, membership=membership, kind=kind), *more]


NOTHING = Foreseen()


def foresee(unit: Unit, membership: int, cadence: Cadence, *, from_at: datetime, now: datetime) -> Foreseen:
    """What following this rhythm from then on would do now, without doing it."""
    found = tuple(followings(unit, membership, cadence, from_at=from_at, now=now))
    free: dict[int, int] = {}
    made = 0
    for one in found:
        starts = [each.starts_at for each in one.plan.possible if _exists(one, each.starts_at, now=now)]
        made += len(starts)
        free.update(_freed(unit, one, starts, free, now=now))
    return Foreseen(successions=found, free=free, made=made)


def _exists(found: Succession, start: datetime, *, now: datetime) -> bool:
    return within_horizon(found.pair.policy, start, now=now)


def _cut(row: Row[Any], cuts: Mapping[int, Any]) -> Recurrence:
    rule = rule_of(row)
    return rule.before(cuts[row.id]) if row.id in cuts else rule


def _left_standing(unit: Unit, found: Succession) -> list[datetime]:
    gone = {one.session for one in found.plan.released}
    return [
        row.starts_at
        for row in places_of(unit, found.cut.row.id)
        if row.on_date >= found.cut.on and row.status == SessionStatus.SCHEDULED and row.session_id not in gone
    ]


def _freed(
    unit: Unit, found: Succession, starts: Sequence[datetime], free: Mapping[int, int], *, now: datetime
) -> dict[int, int]:
    """By lot, the units that the released sessions give up, less those that the new ones hold, besides what is `free` by earlier ones."""
    before = {lot.id: lot.available for lot in lots_for(unit, found.pair, now=now)}
    given_up = lots_for(unit, found.pair, now=now, released=found.plan.released)
    lots = [replace(lot, available=lot.available + free.get(lot.id, 0)) for lot in given_up]
    for start in starts:
        lots = _held(lots, start, found.pair.policy.kind.units)
    return {lot.id: lot.available - before.get(lot.id, 0) for lot in lots}


def _held(lots: list[Lot], start: datetime, units: int) -> list[Lot]:
    taken = {entry.lot.id: entry.units for entry in hold(lots, start, units) or ()}
    return [replace(lot, available=lot.available - taken.get(lot.id, 0)) for lot in lots]
