"""Series: which occurrences can take place, which cannot and why, and what a plan with them would do (MODEL 5.3, D-09, D-18, D-45). Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from policy.booking import ALTERNATIVES, objection_to_note
from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.effects import Book, Credit
from policy.entitlement import hold
from policy.facts import Availability, Interval, Lot, Zones
from policy.matters import Trouble
from policy.openings import is_taken, starts_free_of_notice
from policy.recurrence import Occurrence, Recurrence, shifted
from policy.resolved import ResolvedPolicy
from policy.terms import ActorKind, Basis, Cadence, LedgerKind, LotSource, RefusalCode, Side

YEAR = timedelta(days=366)
"""How far a plan looks ahead from the first date: all 26 or 27 fortnights of a year."""
DAY = timedelta(days=1)
MAKE_UP = 6 * DAY
"""How far from an occurrence that cannot be a make-up is looked for: before the next one, whatever the rhythm."""
LONGEST_STEP = timedelta(days=35)
"""The most that lies between two dates of any rhythm."""
ELSEWHEN = frozenset({None, Trouble.PAST, Trouble.NO_CREDIT})
"""Where another start nearby would help nobody."""
RULE = "MODEL 5.3"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """An occurrence of a plan, and why it cannot take place, if so; `alternatives`: free starts nearby for a make-up."""

    on: date
    starts_at: datetime
    ends_at: datetime
    trouble: Trouble | None = None
    alternatives: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """A session that a plan cancels without loss, because its series ends before it or goes on otherwise."""

    session: int
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesFacts:
    """What a plan is made from. `closed`, `holidays`: dates in the coach's zone on which nothing is offered.

    What `released` takes is left out of `availability`: sessions that the plan gives up do not stand in its way.
    """

    actor: ActorKind
    recurrence: Recurrence
    zones: Zones
    availability: Availability
    closed: frozenset[date] = frozenset()
    holidays: frozenset[date] = frozenset()
    lots: tuple[Lot, ...] = ()
    note: str | None = None
    released: tuple[Released, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesPlan:
    """What creating, changing or ending a series would do now, or why it may not be.

    `shifts`: dates from which on a clock that the series does not keep shows another time than before (D-45). `digest` covers what is planned
    with all its troubles: whoever skips them says by it which ones they have seen.
    """

    allowed: bool
    code: RefusalCode | None
    parameter: str
    checked_at: datetime
    occurrences: tuple[Planned, ...] = ()
    released: tuple[Released, ...] = ()
    shifts: tuple[date, ...] = ()
    digest: str = ""

    @property
    def conflicts(self) -> tuple[Planned, ...]:
        """The occurrences that cannot take place."""
        return tuple(one for one in self.occurrences if one.trouble is not None)

    @property
    def possible(self) -> tuple[Planned, ...]:
        """Those that can."""
        return tuple(one for one in self.occurrences if one.trouble is None)


def plan_series(policy: ResolvedPolicy, facts: SeriesFacts, *, now: datetime) -> SeriesPlan:
    """All occurrences of the first year with every trouble; allowed only where there is none, or the caller skips them."""
    found = tuple(planned(policy, facts, now=now))
    plan = SeriesPlan(
        allowed=True,
        code=None,
        parameter=RULE,
        checked_at=now,
        occurrences=found,
        released=facts.released,
        shifts=_shifts(facts.recurrence, facts.zones, [_occurrence(one) for one in found if one.trouble is None]),
    )
    objection = first_objection(_objections(policy, facts, plan))
    plan = with_digest(plan)
    if objection is None:
        return plan
    return replace(plan, allowed=False, code=objection.code, parameter=objection.parameter)


def skipping(plan: SeriesPlan, acknowledged: str | None) -> SeriesPlan:
    """The plan as it stands for somebody who has seen these troubles and leaves the occurrences out."""
    only_troubles = plan.code is not None and plan.code in _CODES.values() and bool(plan.conflicts)
    if plan.allowed or not only_troubles or not plan.possible or acknowledged is None:
        return plan
    if acknowledged != plan.digest:
        return replace(plan, code=RefusalCode.CONSEQUENCE_CHANGED)
    return replace(plan, allowed=True, code=None)


def planned(policy: ResolvedPolicy, facts: SeriesFacts, *, now: datetime) -> Iterator[Planned]:
    """The occurrences of a year from the first one on."""
    recurrence, length = facts.recurrence, policy.kind.duration
    free = list(facts.lots)
    for one in recurrence.before(recurrence.first + YEAR).occurrences():
        trouble = trouble_of(policy, facts, one, now=now)
        if trouble is None and policy.basis is not Basis.CADENCE:
            trouble, free = _paid(free, one.starts_at, policy.kind.units)
        around = () if trouble in ELSEWHEN else _make_up(policy, facts, one.starts_at, now=now)
        yield Planned(
            on=one.on, starts_at=one.starts_at, ends_at=one.starts_at + length, trouble=trouble, alternatives=around
        )


def _paid(lots: list[Lot], start: datetime, units: int) -> tuple[Trouble | None, list[Lot]]:
    """Whether credits are left for this start, and what is left after it; only a cadence grants what a series needs (D-09)."""
    taken = hold(lots, start, units)
    if taken is None:
        return Trouble.NO_CREDIT, lots
    spent = {entry.lot.id: entry.units for entry in taken}
    return None, [replace(lot, available=lot.available - spent.get(lot.id, 0)) for lot in lots]


def trouble_of(policy: ResolvedPolicy, facts: SeriesFacts, occurrence: Occurrence, *, now: datetime) -> Trouble | None:
    """Why this occurrence cannot take place, apart from credits; hours, grid and horizon do not bind a series (D-64)."""
    start, length = occurrence.starts_at, policy.kind.duration
    if start <= now:
        return Trouble.PAST
    if is_taken(facts.availability, start, length):
        return Trouble.TAKEN
    wanted = Interval(start=start, end=start + length)
    if any(wanted.overlaps(one) for one in facts.availability.coach_away):
        return Trouble.ELSEWHERE
    there = start.astimezone(facts.zones.coach).date()
    if there in facts.closed or any(wanted.overlaps(off) for off in facts.availability.off):
        return Trouble.TIME_OFF
    return Trouble.HOLIDAY if there in facts.holidays else None


def _make_up(policy: ResolvedPolicy, facts: SeriesFacts, start: datetime, *, now: datetime) -> tuple[datetime, ...]:
    """Starts that the coach is free at instead, on the nearest days and there at the nearest hours; booking horizons do not bind (D-64)."""
    found = starts_free_of_notice(
        policy, facts.zones, facts.availability, start=start - MAKE_UP, end=start + MAKE_UP, now=now
    )
    there, away_on = facts.zones.coach, facts.closed | facts.holidays
    free = [at for at in found if at.astimezone(there).date() not in away_on]

    def away(at: datetime) -> tuple[int, timedelta, datetime]:
        days = abs((at.astimezone(there).date() - start.astimezone(there).date()).days)
        return days, abs(at - start - round((at - start) / DAY) * DAY), at

    return tuple(sorted(sorted(free, key=away)[:ALTERNATIVES]))


def _shifts(recurrence: Recurrence, zones: Zones, standing: list[Occurrence]) -> tuple[date, ...]:
    found = {one.on for zone in _other_clocks(recurrence, zones).values() for one in shifted(standing, zone)}
    return tuple(sorted(found))


def _other_clocks(recurrence: Recurrence, zones: Zones) -> dict[Side, ZoneInfo]:
    """The clocks of those sides whose zone the series does not keep: usually one; both, once its anchor lives elsewhere."""
    sides = {Side.MEMBER: zones.member, Side.COACH: zones.coach}
    return {side: zone for side, zone in sides.items() if zone.key != recurrence.zone.key}


def sides_at_another_hour(recurrence: Recurrence, zones: Zones, on: date) -> tuple[Side, ...]:
    """Whose clock shows another time at this date than at the one before, of those whose zone the series does not keep (D-45)."""
    earlier = [recurrence.occurrence(one) for one in recurrence.before(on).dates(on - LONGEST_STEP)][-1:]
    pair = [*earlier, recurrence.occurrence(on)]
    return tuple(side for side, zone in _other_clocks(recurrence, zones).items() if shifted(pair, zone))


def _occurrence(one: Planned) -> Occurrence:
    return Occurrence(on=one.on, starts_at=one.starts_at)


_CODES = {
    Trouble.PAST: RefusalCode.SLOT_UNAVAILABLE,
    Trouble.TAKEN: RefusalCode.SLOT_TAKEN,
    Trouble.ELSEWHERE: RefusalCode.SLOT_UNAVAILABLE,
    Trouble.TIME_OFF: RefusalCode.SLOT_UNAVAILABLE,
    Trouble.HOLIDAY: RefusalCode.SLOT_UNAVAILABLE,
    Trouble.NO_CREDIT: RefusalCode.NO_CREDIT,
}


def _objections(policy: ResolvedPolicy, facts: SeriesFacts, plan: SeriesPlan) -> Iterator[Objection | None]:
    """Who may have a series at all, and what stands in the way of one (MODEL 10)."""
    yield objection_to_note(facts.actor, facts.note)
    if facts.actor is ActorKind.MEMBER:
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
    if not policy.flag("series.enabled"):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="series.enabled")
    if not plan.occurrences:
        yield Objection(code=RefusalCode.SLOT_UNAVAILABLE, parameter=RULE)
    for one in plan.conflicts:
        if one.trouble is not None:
            yield Objection(code=_CODES[one.trouble], parameter=RULE)


def with_digest(plan: SeriesPlan) -> SeriesPlan:
    """The plan with the digest of all that it does and cannot do."""
    told = {
        "occurrences": [[one.on.isoformat(), one.starts_at.isoformat(), one.trouble] for one in plan.occurrences],
        "released": [[one.session, one.starts_at.isoformat()] for one in plan.released],
    }
    return replace(plan, digest=hashlib.sha256(json.dumps(told).encode()).hexdigest())


def usual_cadence(policy: ResolvedPolicy) -> Cadence:
    """The rhythm of a series for which no other is wished."""
    return Cadence(policy.value("series.rule"))


def anchored_to(policy: ResolvedPolicy, zones: Zones) -> ZoneInfo:
    """The zone whose wall clock a new series keeps."""
    return zones.coach if Side(policy.value("series.anchor")) is Side.COACH else zones.member


def within_horizon(policy: ResolvedPolicy, occurrence: datetime, *, now: datetime) -> bool:
    """Whether the session of an occurrence exists by now (MODEL 8)."""
    return due_at(policy, occurrence) <= now


def due_at(policy: ResolvedPolicy, occurrence: datetime) -> datetime:
    """When the session of an occurrence comes to exist."""
    return occurrence - policy.duration("series.horizon")


def decide_occurrence(
    policy: ResolvedPolicy, occurrence: datetime, lots: Sequence[Lot], period: Lot | None, *, now: datetime
) -> Decision:
    """The session of an occurrence stands and holds its credit; where single bookings took all, one more is granted (D-09).

    `period`: the lot of the period that it starts in, where the basis grants by period.
    """
    return Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=occurrence, notice=occurrence - now),
        parameter=RULE,
        policy=policy.name,
        policy_version=policy.version,
        effects=(
            Book(kind=policy.kind.code, starts_at=occurrence, ends_at=occurrence + policy.kind.duration),
            *_credits(lots, period, occurrence, policy.kind.units),
        ),
    )


def _credits(lots: Sequence[Lot], period: Lot | None, start: datetime, units: int) -> tuple[Credit, ...]:
    held = hold(lots, start, units)
    if held is not None:
        return held
    if period is None:
        raise ValueError("an occurrence without credit is not carried out")
    more = Credit(kind=LedgerKind.GRANT, units=units, lot=period)
    others = [lot for lot in lots if lot.id != period.id]
    granted = replace(period, available=period.available + units)
    return (more, *(hold([*others, granted], start, units) or ()))


def wanted_units(
    policy: ResolvedPolicy,
    series: Iterable[Recurrence],
    opens_at: datetime,
    closes_at: datetime,
    *,
    least: int,
    kept: int,
) -> int:
    """The units of a period: the nominal number, or that of the occurrences that start in it, if it is larger (D-09).

    `least`: the nominal number of sessions by the membership's rhythm. `kept`: sessions of series that were cut, which stand in it besides.
    """
    starting = sum(
        opens_at <= one.starts_at < closes_at
        for recurrence in series
        for one in _around(recurrence, opens_at, closes_at)
    )
    return max(least, starting + kept) * policy.kind.units


def _around(recurrence: Recurrence, opens_at: datetime, closes_at: datetime) -> Iterator[Occurrence]:
    """The occurrences of a stretch of time, with a day to spare on both sides."""
    first = opens_at.astimezone(recurrence.zone).date() - timedelta(days=2)
    last = closes_at.astimezone(recurrence.zone).date() + timedelta(days=2)
    return recurrence.before(last).occurrences(first)


def period_lot(lots: Iterable[Lot], opens_at: datetime) -> Lot | None:
    """The lot of the period that opens then."""
    return next((lot for lot in lots if lot.source is LotSource.PERIOD and lot.opens_at == opens_at), None)
