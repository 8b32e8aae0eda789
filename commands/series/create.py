"""createSeries and its twin previewSeries: all occurrences or none, or those that are left when the others are skipped (O2, PEERS 10)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from commands.actor import Actor
from commands.apply.record import Record, write_event
from commands.apply.work import schedule
from commands.change import slot_conflict
from commands.messages import message_of
from commands.outcome import Done, Outcome, Refused, refused
from commands.series.begin import begin, insert_series
from commands.series.making import Making
from commands.series.notices import Telling, notice_of, parties_of, tell_sides
from commands.series.planning import Pairing, SeriesWish, capacity, facts_for, pair_of, rests, rule_of_wish
from commands.transaction import Request, carry_out
from models.unit import Database, Unit
from policy.recurrence import Recurrence
from policy.series import SeriesPlan, plan_series, skipping
from policy.terms import ActorKind, NoticeCode, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateSeries(SeriesWish):
    """`acknowledge`: the digest of a plan whose troubles the caller has seen and leaves out."""

    acknowledge: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """A wish with the pair it concerns and the plan for it."""

    pair: Pairing
    rule: Recurrence
    actor_kind: ActorKind
    plan: SeriesPlan


def create_series(database: Database, request: Request, command: CreateSeries) -> Outcome:
    """The series stands with the sessions of its horizon, or nothing happened and the answer says why; the object is the series."""
    persons = frozenset({command.coach_id, command.member_id})

    def act(unit: Unit) -> Outcome:
        return _act(unit, request, command)

    try:
        return carry_out(database, request, command, persons=persons, act=act, takes_time=True)
    except IntegrityError as fault:
        if not slot_conflict(fault):
            raise
        return refused(RefusalCode.SLOT_TAKEN)


def preview_series(unit: Unit, actor: Actor, wish: SeriesWish, *, now: datetime) -> SeriesPlan | RefusalCode:
    """What creating it would do now, with every occurrence of a year that cannot take place; nothing is written."""
    planning = _plan(unit, actor, wish, now=now)
    return planning if isinstance(planning, RefusalCode) else planning.plan


def _plan(unit: Unit, actor: Actor, wish: SeriesWish, *, now: datetime) -> Planning | RefusalCode:
    kind = capacity(actor, coach_id=wish.coach_id, member_id=wish.member_id)
    if isinstance(kind, RefusalCode):
        return kind
    pair = pair_of(unit, kind=wish.kind_id, coach=wish.coach_id, member=wish.member_id)
    if pair is None:
        return RefusalCode.WRONG_STATE if rests(unit, wish.member_id) else RefusalCode.NOT_FOUND
    rule = rule_of_wish(pair, wish)
    facts = facts_for(unit, pair, rule, actor=kind, now=now, note=wish.note)
    return Planning(pair=pair, rule=rule, actor_kind=kind, plan=plan_series(pair.policy, facts, now=now))


def _act(unit: Unit, request: Request, command: CreateSeries) -> Outcome:
    planning = _plan(unit, request.actor, command, now=request.now)
    if isinstance(planning, RefusalCode):
        return refused(planning)
    plan = skipping(planning.plan, command.acknowledge)
    if not plan.allowed:
        return refused_plan(plan)
    series_id = insert_series(unit, planning.pair, planning.rule, now=request.now)
    event = write_event(unit, _record(request, planning, command.note))
    making = Making(
        series_id=series_id,
        pair=planning.pair,
        rule=planning.rule,
        actor=request.actor,
        actor_kind=planning.actor_kind,
        now=request.now,
        recorded_at=request.now,
        request=request.idempotency_key,
    )
    works, sessions = begin(unit, making, plan, event_id=event)
    first = sessions[0] if sessions else None
    telling = Telling(
        parties=parties_of(planning.pair),
        code=NoticeCode.BOOKED,
        about=notice_of(
            planning.rule,
            starts=tuple(start for _, start in sessions),
            left_out=tuple(one.starts_at for one in plan.conflicts),
        ),
        starts_at=plan.possible[0].starts_at,
        event_id=event,
        now=request.now,
        by=planning.actor_kind,
        session_id=None if first is None else first[0],
        note=command.note,
        join=first is not None,
    )
    schedule(unit, [*works, *tell_sides(unit, telling)])
    return Done(object_id=series_id, event_id=event)


def refused_plan(plan: SeriesPlan) -> Refused:
    """The refusal that a plan is, with the plan itself."""
    if plan.code is None:
        raise ValueError("a refusal has a code")
    return Refused(code=plan.code, message=message_of(plan.code), plan=plan)


def _record(request: Request, planning: Planning, note: str | None) -> Record:
    return Record(
        name="SERIES_CREATED",
        persons=planning.pair.persons,
        actor_kind=planning.actor_kind,
        actor_id=request.actor.person_id,
        api_key_id=request.actor.api_key_id,
        cause="request" if request.idempotency_key is None else f"request:{request.idempotency_key}",
        recorded_at=request.now,
        effective_at=request.now,
        note=note,
    )
