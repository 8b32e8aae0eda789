"""Where a series is cut, and why it may not be cut there (MODEL 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.series.cutting import released_by
from commands.series.planning import capacity
from commands.series.rule import is_resting, next_date, resting_rule_of, rule_of
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.booking import objection_to_note
from policy.decisions import Objection, first_objection
from policy.recurrence import Recurrence
from policy.series import Released
from policy.terms import ActorKind, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A series as it stands, who cuts it, at which date."""

    row: Row[Any]
    actor_kind: ActorKind
    on: date
    released: tuple[Released, ...]

    @property
    def rule(self) -> Recurrence:
        """The rule that is cut: of a suspended series the one by which it would go on."""
        return _rule(self.row)


def cut_of(unit: Unit, actor: Actor, series_id: int, from_on: date | None, *, now: datetime) -> Cut | RefusalCode:
    """The series with what a cut at this date releases, or why the actor may not even ask."""
    row = series_of_ids(unit, [series_id]).get(series_id)
    if row is None:
        return RefusalCode.NOT_FOUND
    kind = capacity(actor, coach_id=row.coach_id, member_id=row.member_id)
    if isinstance(kind, RefusalCode):
        return kind
    on = from_on or _next_of(row, now=now)
    return Cut(row=row, actor_kind=kind, on=on, released=released_by(unit, series_id, on, now=now))


def _rule(row: Row[Any]) -> Recurrence:
    return resting_rule_of(row) if is_resting(row) else rule_of(row)


def _next_of(row: Row[Any], *, now: datetime) -> date:
    """The first date of the series whose original time is still to come; where there is none, the end of the series."""
    rule = _rule(row)
    return next_date(rule, now=now) or rule.until or row.until_on


def objections_to_change(cut: Cut, note: str | None, *, now: datetime) -> RefusalCode | None:
    """Why the series may not go on otherwise from there: as for a cut, and while it rests it does not go on."""
    return RefusalCode.WRONG_STATE if is_resting(cut.row) else objections_to_cut(cut, note, now=now)


def objections_to_cut(cut: Cut, note: str | None, *, now: datetime) -> RefusalCode | None:
    """Why the series may not be cut there."""
    rule = cut.rule
    found: list[Objection | None] = [objection_to_note(cut.actor_kind, note)]
    if cut.actor_kind is ActorKind.MEMBER:
        found.append(Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10"))
    if rule.until is not None and cut.on >= rule.until:
        found.append(Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.3"))
    if rule.occurrence(cut.on).starts_at <= now:
        found.append(Objection(code=RefusalCode.SESSION_STARTED, parameter="D-05"))
    objection = first_objection(found)
    return None if objection is None else objection.code
