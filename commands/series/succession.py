"""A series goes on in another one: from a date on, by another rule (MODEL 5.3, D-18)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commands.apply.work import Work, schedule
from commands.series.begin import begin, insert_series
from commands.series.credit import Granting, fit_periods
from commands.series.cut import Cut, objections_to_change
from commands.series.cutting import Cutting, cut_series, release
from commands.series.making import Making
from commands.series.notices import Telling, notice_of, parties_of, tell_sides
from commands.series.planning import Pairing, facts_for, pair_of
from commands.series.pushing import push_after
from commands.series.rule import rule_of
from models.unit import Unit
from policy.facts import Availability, Interval
from policy.recurrence import Recurrence
from policy.series import Released, SeriesPlan, plan_series
from policy.terms import NoticeCode, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """A series that is cut, the rule that goes on in its place, and what that does."""

    cut: Cut
    pair: Pairing
    rule: Recurrence
    plan: SeriesPlan


def succeed(
    unit: Unit, cut: Cut, rule: Recurrence, *, note: str | None, now: datetime, behind: Sequence[Succession] = ()
) -> Succession | RefusalCode:
    """The plan by which this rule goes on in place of what is cut; `behind`: successions of the member that are carried out before it."""
    row = cut.row
    pair = pair_of(unit, kind=row.kind_id, coach=row.coach_id, member=row.member_id)
    if pair is None:
        return RefusalCode.WRONG_STATE
    if rule.until is not None and rule.first >= rule.until:
        return RefusalCode.WRONG_STATE
    if _overlaps(rule_of(row).before(cut.on), rule):
        return RefusalCode.WRONG_STATE
    given_up = (*cut.released, *_gone_before(behind))
    facts = facts_for(unit, pair, rule, actor=cut.actor_kind, now=now, note=note, released=given_up)
    facts = replace(facts, released=cut.released, availability=_taken_before(facts.availability, pair, behind))
    plan = plan_series(pair.policy, facts, now=now)
    code = objections_to_change(cut, note, now=now)
    if code is not None:
        plan = replace(plan, allowed=False, code=code)
    return Succession(cut=cut, pair=pair, rule=rule, plan=plan)


def _gone_before(behind: Iterable[Succession]) -> tuple[Released, ...]:
    """The sessions that these successions give up."""
    return tuple(one for found in behind for one in found.plan.released)


def _taken_before(availability: Availability, pair: Pairing, behind: Iterable[Succession]) -> Availability:
    """Both calendars with what these successions put there; it is the same member."""
    own = [found for found in behind if found.pair.coach_id == pair.coach_id]
    return replace(
        availability,
        coach_busy=(*availability.coach_busy, *_intervals(own)),
        member_busy=(*availability.member_busy, *_intervals(behind)),
    )


def _intervals(successions: Iterable[Succession]) -> list[Interval]:
    return [Interval(start=one.starts_at, end=one.ends_at) for found in successions for one in found.plan.possible]


def _overlaps(left: Recurrence, after: Recurrence) -> bool:
    """Whether the one that goes on begins before the last date that is left of the one that is cut."""
    return next(left.dates(after.first), None) is not None


def replace_series(
    unit: Unit, found: Succession, cutting: Cutting, *, event_id: int, told: bool = True, revoke: bool = True
) -> int:
    """The old series ends, the new one begins, and credits follow; `told`: both sides are told once. Returns the new series.

    `revoke`: units that are needed no longer are taken back at once.
    """
    old = found.cut.row
    version = cut_series(unit, old.id, found.cut.on, cutting)
    release(unit, found.plan.released, cutting)
    # First the end of the old one, then the new one: the two pushes are one recoverable pair (CALENDAR 9).
    ended = push_after(old.id, old.coach_id, old.member_id, version=version, now=cutting.now)
    return begin_successor(unit, found, cutting, [ended], event_id=event_id, told=told, revoke=revoke)


def begin_successor(
    unit: Unit,
    found: Succession,
    cutting: Cutting,
    ended: Iterable[Work],
    *,
    event_id: int,
    told: bool,
    revoke: bool,
) -> int:
    """The series that takes the place of one that is cut begins, after what is `ended` is pushed; returns its id."""
    pair = found.pair
    series_id = insert_series(unit, pair, found.rule, now=cutting.now, predecessor=found.cut.row.id)
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
    works = [*ended]
    begun, sessions = begin(unit, making, found.plan, event_id=event_id)
    works += begun
    granting = Granting(event_id=event_id, now=cutting.now, recorded_at=cutting.now)
    touched = [one.starts_at for one in found.plan.released] + [start for _, start in sessions]
    works += fit_periods(unit, pair, touched, granting, revoke=revoke)
    works += _told(unit, found, sessions, cutting, event_id) if told else []
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
        parties=parties_of(found.pair),
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
