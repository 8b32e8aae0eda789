"""changeSeries and its twin: this and the following sessions, or all that are to come, at another time or in another rhythm (MODEL 5.3)."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.record import write_event
from commands.change import slot_conflict
from commands.outcome import Done, Outcome, Stale, refused
from commands.series.create import refused_plan
from commands.series.cut import Cut, cut_of, objections_to_change
from commands.series.end import cutting_of, record_of
from commands.series.rule import rule_of
from commands.series.succession import Succession, replace_series, succeed
from commands.transaction import Request, carry_out
from models.queries.series import series_of_ids
from models.unit import Database, Unit
from policy.series import SeriesPlan, skipping
from policy.terms import Cadence, RefusalCode


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


def change_series(database: Database, request: Request, command: ChangeSeries) -> Outcome:
    """The successor stands in place of the later part, or nothing happened and the answer says why; the object is the successor."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = series_of_ids(unit, [command.series_id]).get(command.series_id)
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({row.coach_id, row.member_id})

    def act(unit: Unit) -> Outcome:
        return _act(unit, request, command)

    try:
        return carry_out(database, request, command, persons=persons, act=act, takes_time=True)
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def check_change(unit: Unit, actor: Actor, command: ChangeSeries, *, now: datetime) -> SeriesPlan | RefusalCode:
    """What changing it like this would do now, without acting."""
    cut = cut_of(unit, actor, command.series_id, command.from_on, now=now)
    if isinstance(cut, RefusalCode):
        return cut
    found = _succession(unit, cut, command, now=now)
    return found if isinstance(found, RefusalCode) else found.plan


def _succession(unit: Unit, cut: Cut, command: ChangeSeries, *, now: datetime) -> Succession | RefusalCode:
    before = rule_of(cut.row)
    rule = replace(
        before,
        first=command.first_on or cut.on,
        at=command.at_time or before.at,
        cadence=command.cadence or before.cadence,
    )
    return succeed(unit, cut, rule, note=command.note, now=now)


def _act(unit: Unit, request: Request, command: ChangeSeries) -> Outcome:
    cut = cut_of(unit, request.actor, command.series_id, command.from_on, now=request.now)
    if isinstance(cut, RefusalCode):
        return refused(cut)
    if command.if_version is not None and command.if_version != cut.row.version:
        return Stale(object_id=command.series_id)
    found = _succession(unit, cut, command, now=request.now)
    if isinstance(found, RefusalCode):
        return refused(found)
    plan = found.plan
    if objections_to_change(found.cut, command.note, now=request.now) is None:
        plan = skipping(plan, command.acknowledge)
    if not plan.allowed:
        return refused_plan(plan)
    event = write_event(unit, record_of(request, found.cut, "SERIES_CHANGED", command.note))
    cutting = cutting_of(request, found.cut, command.note)
    successor = replace_series(unit, replace(found, plan=plan), cutting, event_id=event)
    return Done(object_id=successor, event_id=event)
