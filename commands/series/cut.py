"""Where a series is cut, and why it may not be cut there (MODEL 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.series.cutting import released_by
from commands.series.planning import capacity
from commands.series.rule import rule_of
from models.queries.series import series_of_ids
from models.unit import Unit
from policy.booking import objection_to_note
from policy.decisions import Objection, first_objection
from policy.series import Released
from policy.terms import ActorKind, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A series as it stands, who cuts it, at which date."""

    row: Row[Any]
    actor_kind: ActorKind
    on: date
    released: tuple[Released, ...]


def cut_of(unit: Unit, actor: Actor, series_id: int, from_on: date | None, *, now: datetime) -> Cut | RefusalCode:
    """The series with what a cut at this date releases, or why the actor may not even ask."""
    row = series_of_ids(unit, [series_id]).get(series_id)
    if row is None:
        return RefusalCode.NOT_FOUND
    kind = capacity(actor, coach_id=row.coach_id, member_id=row.member_id)
    if isinstance(kind, RefusalCode):
        return kind
    on = from_on or next_of(row, now=now)
    return Cut(row=row, actor_kind=kind, on=on, released=released_by(unit, series_id, on, now=now))


def next_of(row: Row[Any], *, now: datetime) -> date:
    """The first date of the series whose original time is still to come; where there is none, the end of the series."""
    rule = rule_of(row)
    found = next((one for one in rule.occurrences(now.astimezone(rule.zone).date()) if one.starts_at > now), None)
    return found.on if found is not None else row.until_on


def objections_to_cut(cut: Cut, note: str | None, *, now: datetime) -> RefusalCode | None:
    """Why the series may not be cut there."""
    rule = rule_of(cut.row)
    found: list[Objection | None] = [objection_to_note(cut.actor_kind, note)]
    if cut.actor_kind is ActorKind.MEMBER:
        found.append(Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10"))
    if rule.until is not None and cut.on >= rule.until:
        found.append(Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.3"))
    if rule.occurrence(cut.on).starts_at <= now:
        found.append(Objection(code=RefusalCode.SESSION_STARTED, parameter="D-05"))
    objection = first_objection(found)
    return None if objection is None else objection.code
