"""changeSeries and its twin: this and the following sessions, or all that are to come, at another time or in another rhythm (MODEL 5.3)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.record import write_event
from commands.apply.work import Work, schedule
from commands.change import slot_conflict
from commands.outcome import Done, Outcome, Stale, refused
from commands.series.create import begin, insert_series, refused_plan
from commands.series.credit import Granting, fit_periods
from commands.series.cutting import Cutting, cut_series, release
from commands.series.end import Cut, cut_of, cutting_of, objections_to_cut, record_of
from commands.series.making import Making
from commands.series.notices import Telling, notice_of, tell_sides
from commands.series.planning import Pairing, facts_for, pair_of
from commands.series.pushing import pushes_of_series
from commands.series.rule import rule_of
from commands.transaction import Request, carry_out
from models.queries.series import series_of_ids
from models.unit import Database, Unit
from policy.recurrence import Recurrence
from policy.series import SeriesPlan, plan_series, skipping
from policy.terms import Cadence, NoticeCode, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeries:
    """`from_on`: the first original date that is changed; None: the next one, and so all that are to come.

    `first_on`: the date that takes its place; `at_time`, `cadence`: what is to be different; what is None stays.
    """

    series_id: int
    from_on: date | None = None
    first_on: date | None = None
    at_time: time | None = None
    cadence: Cadence | None = None
    acknowledge: str | None = None
    if_version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """A series that is cut, the rule that goes on in its place, and what that does."""

    cut: Cut
    pair: Pairing
    rule: Recurrence
    plan: SeriesPlan


def change_series(database: Database, request: Request, command: ChangeSeries) -> Outcome:
    """The successor stands in place of the later part, or nothing happened and the answer says why; the object is the successor."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = series_of_ids(unit, [command.series_id]).get(command.series_id)
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({row.coach_id, row.member_id})
    try:
        return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_change(unit: Unit, actor: Actor, command: ChangeSeries, *, now: datetime) -> SeriesPlan | RefusalCode:
    """What changing it like this would do now, without acting."""
    found = _succession(unit, actor, command, now=now)
    return found if isinstance(found, RefusalCode) else found.plan


def _succession(unit: Unit, actor: Actor, command: ChangeSeries, *, now: datetime) -> Succession | RefusalCode:
    cut = cut_of(unit, actor, command.series_id, command.from_on, now=now)
    if isinstance(cut, RefusalCode):
        return cut
    before = rule_of(cut.row)
    rule = replace(
        before,
        first=command.first_on or cut.on,
        at=command.at_time or before.at,
        cadence=command.cadence or before.cadence,
    )
    return succeed(unit, cut, rule, note=command.note, now=now)


def succeed(unit: Unit, cut: Cut, rule: Recurrence, *, note: str | None, now: datetime) -> Succession | RefusalCode:
    """The plan by which this rule goes on in place of what is cut."""
    row = cut.row
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None:
        return RefusalCode.WRONG_STATE
    if rule.until is not None and rule.first >= rule.until:
        return RefusalCode.WRONG_STATE
    facts = facts_for(unit, pair, rule, actor=cut.actor_kind, now=now, note=note, released=cut.released)
    plan = plan_series(pair.policy, facts, now=now)
    code = objections_to_cut(cut, note, now=now)
    if code is not None:
        plan = replace(plan, allowed=False, code=code)
    return Succession(cut=cut, pair=pair, rule=rule, plan=plan)


def _act(unit: Unit, request: Request, command: ChangeSeries) -> Outcome:
    found = _succession(unit, request.actor, command, now=request.now)
    if isinstance(found, RefusalCode):
        return refused(found)
    if command.if_version is not None and command.if_version != found.cut.row.version:
        return Stale(object_id=command.series_id)
    plan = found.plan
    if objections_to_cut(found.cut, command.note, now=request.now) is None:
        plan = skipping(plan, command.acknowledge)
    if not plan.allowed:
        return refused_plan(plan)
    event = write_event(unit, record_of(request, found.cut, "SERIES_CHANGED", command.note))
    cutting = cutting_of(request, found.cut, command.note)
    successor = replace_series(unit, replace(found, plan=plan), cutting, event_id=event)
    return Done(object_id=successor, event_id=event)


def replace_series(unit: Unit, found: Succession, cutting: Cutting, *, event_id: int) -> int:
    """The old series ends, the new one begins, credits follow, and both sides are told once; returns the new series."""
    old, pair = found.cut.row, found.pair
    version = cut_series(unit, old.id, found.cut.on, cutting)
    release(unit, found.plan.released, cutting)
    series_id = insert_series(unit, pair, found.rule, now=cutting.now, predecessor=old.id)
    making = Making(
        series_id=series_id,
        pair=pair,
        rule=found.rule,
        actor=cutting.actor,
        actor_kind=cutting.actor_kind,
        now=cutting.now,
        recorded_at=cutting.now,
        request=cutting.request,
    )
    works, sessions = begin(unit, making, found.plan, event_id=event_id)
    granting = Granting(event_id=event_id, now=cutting.now, recorded_at=cutting.now)
    touched = [one.starts_at for one in found.plan.released] + [start for _, start in sessions]
    works += fit_periods(unit, pair, touched, granting, revoke=True)
    works += pushes_of_series(old.id, pair, version=version, now=cutting.now)
    works += _told(unit, found, sessions, cutting, event_id)
    schedule(unit, works)
    return series_id


def _told(
    unit: Unit, found: Succession, sessions: list[tuple[int, datetime]], cutting: Cutting, event_id: int
) -> list[Work]:
    first = sessions[0] if sessions else None
    about = notice_of(
        found.rule,
        starts=tuple(start for _, start in sessions),
        left_out=tuple(one.starts_at for one in found.plan.conflicts),
    )
    telling = Telling(
        pair=found.pair,
        code=NoticeCode.RESCHEDULED,
        about=about,
        starts_at=found.plan.possible[0].starts_at,
        event_id=event_id,
        now=cutting.now,
        by=cutting.actor_kind,
        session_id=None if first is None else first[0],
        note=cutting.note,
        join=first is not None,
    )
    return tell_sides(unit, telling)
