"""endSeries and its twin: the series goes on no more from a date on; its later sessions are cancelled without loss (MODEL 5.3)."""

from dataclasses import dataclass
from datetime import date, datetime

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.apply.work import Work, schedule
from commands.outcome import Done, Outcome, Stale, refused
from commands.series.create import refused_plan
from commands.series.cut import Cut, cut_of, objections_to_cut
from commands.series.cutting import Cutting, cut_series, release, starts
from commands.series.notices import Telling, notice_of, parties_of_series, tell_sides
from commands.series.pushing import push_after
from commands.series.rule import is_resting
from commands.series.suspend import end_resting
from commands.transaction import Request, carry_out
from models.queries.series import series_of_ids
from models.unit import Database, Unit
from policy.series import SeriesPlan, with_digest
from policy.terms import NoticeCode, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSeries:
    """`from_on`: the first original date that does not take place any more; None: the next one that has not started."""

    series_id: int
    from_on: date | None = None
    if_version: int | None = None
    note: str | None = None


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
    works = _cut_off(unit, request, cut, note)
    event = write_event(unit, record_of(request, cut, "SERIES_ENDED", note))
    schedule(unit, [*works, *_told(unit, cut, event, note, now=request.now)])
    return event


def _cut_off(unit: Unit, request: Request, cut: Cut, note: str | None) -> list[Work]:
    row, cutting = cut.row, cutting_of(request, cut, note)
    if is_resting(row):
        # No calendar shows anything of it that would have to go.
        end_resting(unit, row, cut.on, now=request.now)
        return []
    version = cut_series(unit, row.id, cut.on, cutting)
    release(unit, cut.released, cutting)
    return [push_after(row.id, row.coach_id, row.member_id, version=version, now=request.now)]


def _told(unit: Unit, cut: Cut, event: int, note: str | None, *, now: datetime) -> list[Work]:
    rule = cut.rule
    telling = Telling(
        parties=parties_of_series(cut.row),
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
