"""endSeries and its twin: the series goes on no more from a date on; its later sessions are cancelled without loss (MODEL 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.apply.work import Work, schedule
from commands.outcome import Done, Outcome, Stale, refused
from commands.series.create import refused_plan
from commands.series.cutting import Cutting, cut_series, release, released_by, starts
from commands.series.notices import Telling, notice_of, tell_sides
from commands.series.planning import Pairing, capacity, pair_of
from commands.series.pushing import pushes_of_series
from commands.series.rule import rule_of
from commands.transaction import Request, carry_out
from models.queries.series import series_of_ids
from models.unit import Database, Unit
from policy.booking import objection_to_note
from policy.decisions import Objection, first_objection
from policy.matters import SeriesStatus
from policy.series import Released, SeriesPlan, with_digest
from policy.terms import ActorKind, NoticeCode, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSeries:
    """`from_on`: the first original date that does not take place any more; None: the next one that has not started."""

    series_id: int
    from_on: date | None = None
    if_version: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """A series as it stands, who cuts it, at which date."""

    row: Row[Any]
    actor_kind: ActorKind
    on: date
    released: tuple[Released, ...]


def end_series(database: Database, request: Request, command: EndSeries) -> Outcome:
    """The series has ended, or nothing happened and the answer says why; the object is the series."""
    with database.unit(request.actor.organisation_id, read_only=True) as unit:
        row = series_of_ids(unit, [command.series_id]).get(command.series_id)
    if row is None:
        return refused(RefusalCode.NOT_FOUND)
    persons = frozenset({row.coach_id, row.member_id})
    return carry_out(database, request, command, persons=persons, act=lambda unit: _act(unit, request, command))


def check_end(unit: Unit, actor: Actor, command: EndSeries, *, now: datetime) -> SeriesPlan | RefusalCode:
    """What ending it would do now, without acting."""
    cut = cut_of(unit, actor, command.series_id, command.from_on, now=now)
    return cut if isinstance(cut, RefusalCode) else _plan(cut, command, now=now)


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
    if SeriesStatus(cut.row.status) is not SeriesStatus.ACTIVE or (rule.until is not None and cut.on >= rule.until):
        found.append(Objection(code=RefusalCode.WRONG_STATE, parameter="MODEL 5.3"))
    if rule.occurrence(cut.on).starts_at <= now:
        found.append(Objection(code=RefusalCode.SESSION_STARTED, parameter="D-05"))
    objection = first_objection(found)
    return None if objection is None else objection.code


def _plan(cut: Cut, command: EndSeries, *, now: datetime) -> SeriesPlan:
    code = objections_to_cut(cut, command.note, now=now)
    plan = SeriesPlan(
        allowed=code is None,
        code=code,
        parameter="MODEL 5.3",
        checked_at=now,
        released=cut.released if code is None else (),
    )
    return with_digest(plan)


def _act(unit: Unit, request: Request, command: EndSeries) -> Outcome:
    cut = cut_of(unit, request.actor, command.series_id, command.from_on, now=request.now)
    if isinstance(cut, RefusalCode):
        return refused(cut)
    if command.if_version is not None and command.if_version != cut.row.version:
        return Stale(object_id=command.series_id)
    plan = _plan(cut, command, now=request.now)
    if not plan.allowed:
        return refused_plan(plan)
    event = carry_out_end(unit, request, cut, command.note)
    return Done(object_id=command.series_id, event_id=event)


def carry_out_end(unit: Unit, request: Request, cut: Cut, note: str | None) -> int:
    """The series ends there and both are told once; returns the event."""
    row, cutting = cut.row, cutting_of(request, cut, note)
    version = cut_series(unit, row.id, cut.on, cutting)
    release(unit, cut.released, cutting)
    event = write_event(unit, record_of(request, cut, "SERIES_ENDED", note))
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    works = [] if pair is None else _told(unit, pair, cut, event, note, now=request.now)
    if pair is not None:
        works += pushes_of_series(row.id, pair, version=version, now=request.now)
    schedule(unit, works)
    return event


def _told(unit: Unit, pair: Pairing, cut: Cut, event: int, note: str | None, *, now: datetime) -> list[Work]:
    rule = rule_of(cut.row)
    telling = Telling(
        pair=pair,
        code=NoticeCode.CANCELLED,
        about=notice_of(rule, left_out=starts(cut.released), ended=True),
        starts_at=rule.occurrence(cut.on).starts_at,
        event_id=event,
        now=now,
        by=cut.actor_kind,
        note=note,
        session_id=cut.released[0].session if cut.released else None,
    )
    return tell_sides(unit, telling)


def cutting_of(request: Request, cut: Cut, note: str | None) -> Cutting:
    """Who cuts, for the sessions that are released."""
    return Cutting(
        actor=request.actor, actor_kind=cut.actor_kind, now=request.now, request=request.idempotency_key, note=note
    )


def record_of(request: Request, cut: Cut, name: str, note: str | None) -> Record:
    """The event of a cut."""
    return Record(
        name=name,
        persons=frozenset({cut.row.coach_id, cut.row.member_id}),
        actor_kind=cut.actor_kind,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        note=note,
        recorded_at=request.now,
        effective_at=request.now,
    )
