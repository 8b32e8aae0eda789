"""A new session: may it be booked, from which credit, and if not, why and when instead (M1, M2, M9 … M14, D-07, D-11)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from policy.decisions import Decision, DecisionFacts, Objection, first_objection
from policy.duplicates import as_others, booked_beside, competing, is_refused
from policy.effects import Acquire, Book, Credit, NewLot, Notify
from policy.entitlement import choose, hold, next_bookable
from policy.facts import BookingFacts, OtherSession, SessionFacts, Zones
from policy.limits import TICK
from policy.matching import objection_to_first_call
from policy.matters import LimitPer
from policy.openings import objection_to_start, objection_to_time, offered_starts
from policy.parameters import QUANTITY, BookingLimit
from policy.periods import booking_deadline, period_of, same_period
from policy.resolved import ResolvedPolicy
from policy.stops import stopped
from policy.terms import ActorKind, Basis, DuplicatePolicy, LotSource, NoticeCode, RefusalCode, Side
from policy.texts import says_nothing

ALTERNATIVES = 3
AROUND = timedelta(days=1)
"""How far from a start that cannot be had others are looked for; facts of a booking reach further."""


def decide_booking(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> Decision:
    """Whether the session may be booked at `now`, with its effects; a refusal says when there is time or credit instead."""
    rivals = _rivals(policy, facts)
    decision = _decision(policy, facts, rivals, now=now)
    objection = first_objection(_objections(policy, facts, rivals, now=now))
    if objection is None:
        return decision
    refused = decision.refused(objection.code, parameter=objection.parameter)
    match objection.code:
        case RefusalCode.SLOT_TAKEN | RefusalCode.SLOT_UNAVAILABLE:
            return replace(refused, alternatives=_alternatives(policy, facts, now=now))
        case RefusalCode.NO_CREDIT | RefusalCode.DUPLICATE_BOOKING:
            named = as_others(rivals) or in_the_way(policy, facts.zones, facts.others, facts.starts_at)
            refused = replace(refused, facts=replace(refused.facts, others=named))
            return replace(refused, next_bookable_from=next_bookable(facts.lots, facts.kind.units, now=now))
        case RefusalCode.BOOKING_BLOCKED:
            return replace(refused, possible_from=objection.possible_from)
        case RefusalCode.PAYMENT_REQUIRED:
            return replace(refused, price=facts.quoted or facts.kind.price)
        case _:
            return refused


def _paid(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> tuple[Credit | Acquire, ...]:
    """The entries that hold the units; where there are none and none has to be paid for, they are acquired."""
    held = hold(facts.lots, facts.starts_at, facts.kind.units)
    if held is not None:
        return held
    lot = NewLot(source=LotSource.PURCHASE, opens_at=now, closes_at=None)
    return (Acquire(units=facts.kind.units, to=lot),) if _is_free(policy, facts) else ()


def _is_free(policy: ResolvedPolicy, facts: BookingFacts) -> bool:
    """Whether sessions of the kind are purchased, at a price of 0 (MODEL 3.3, D-52)."""
    price = facts.kind.price
    return policy.basis is Basis.PURCHASE and price is not None and not price


def rivals_wanted(policy: ResolvedPolicy, facts: BookingFacts) -> bool:
    """Whether there is no credit for the booking, and the policy would ask which of two is kept: only then rivals are looked at."""
    asks = policy.duplicate_policy is DuplicatePolicy.ASK and policy.basis is not Basis.PURCHASE
    return asks and choose(facts.lots, facts.starts_at, facts.kind.units) is None


def _rivals(policy: ResolvedPolicy, facts: BookingFacts) -> tuple[SessionFacts, ...]:
    return competing(policy, facts.zones, facts.rivals, facts.starts_at) if rivals_wanted(policy, facts) else ()


def _decision(
    policy: ResolvedPolicy, facts: BookingFacts, rivals: tuple[SessionFacts, ...], *, now: datetime
) -> Decision:
    start, kind = facts.starts_at, facts.kind
    book = Book(kind=kind.code, starts_at=start, ends_at=start + kind.duration)
    decision = Decision(
        allowed=True,
        facts=DecisionFacts(now=now, start=start, notice=start - now),
        actor=facts.actor,
        parameter=QUANTITY if kind.units else f"kinds.{kind.code}.units",
        policy=policy.name,
        policy_version=policy.version,
        deadline_at=_deadline(policy, facts),
        effects=(
            book,
            *_paid(policy, facts, now=now),
            Notify(code=NoticeCode.BOOKED, to=Side.MEMBER),
            Notify(code=NoticeCode.BOOKED, to=Side.COACH),
        ),
    )
    return booked_beside(policy, rivals, book, decision, now=now) if rivals else decision


def _deadline(policy: ResolvedPolicy, facts: BookingFacts) -> datetime:
    """The last instant at which this start can be booked by who asks."""
    before_start = facts.starts_at - TICK
    if facts.actor is not ActorKind.MEMBER:
        return before_start
    deadline = booking_deadline(policy, facts.zones, facts.starts_at) or before_start
    notice = timedelta(0) if facts.agreed else policy.duration("booking.min_notice")
    return min(before_start, deadline, facts.starts_at - notice)


def _objections(
    policy: ResolvedPolicy, facts: BookingFacts, rivals: tuple[SessionFacts, ...], *, now: datetime
) -> Iterator[Objection | None]:
    yield objection_to_rest(facts)
    match facts.actor:
        case ActorKind.MEMBER:
            yield from _ways(policy) if not facts.agreed else ()
            yield from stops(policy, facts, now=now)
            yield objection_to_place(policy, facts, now=now)
        case ActorKind.COACH:
            yield None if facts.agreed else Objection(code=RefusalCode.FORBIDDEN, parameter="MODEL 10")
            yield objection_to_place(policy, facts, now=now)
        case ActorKind.STAFF | ActorKind.SYSTEM:
            yield objection_to_note(facts.actor, facts.note)
            yield objection_to_time(facts.availability, facts.starts_at, facts.kind.duration, now=now)
    yield objection_to_first_call(policy, candidate=facts.candidate, met=facts.met, actor=facts.actor)
    if rivals:
        yield _objection_to_second(policy, facts, rivals, now=now)
    elif choose(facts.lots, facts.starts_at, facts.kind.units) is None and not _is_free(policy, facts):
        yield _objection_to_quoted(facts) or objection_to_credit(policy, facts.zones, facts.others, facts.starts_at)


def _objection_to_quoted(facts: BookingFacts) -> Objection | None:
    """An extra session that was quoted has to be paid for before it can be booked (O34, D-28)."""
    return None if facts.quoted is None else Objection(code=RefusalCode.PAYMENT_REQUIRED, parameter="extra.d2c")


def _objection_to_second(
    policy: ResolvedPolicy, facts: BookingFacts, rivals: tuple[SessionFacts, ...], *, now: datetime
) -> Objection | None:
    """Shortly before the earliest of several bookings nobody is asked any more, and the later one is not made (M14)."""
    if not is_refused(policy, rivals, facts.starts_at, now=now):
        return None
    return Objection(code=RefusalCode.DUPLICATE_BOOKING, parameter="booking.duplicate_lock")


def objection_to_rest(facts: BookingFacts) -> Objection | None:
    """While a membership is paused, it gives no right to sessions (MODEL 5.7)."""
    return Objection(code=RefusalCode.WRONG_STATE, parameter="membership.pause") if facts.rests else None


def objection_to_note(actor: ActorKind, note: str | None) -> Objection | None:
    """Staff give a reason in words for whatever they do (M23, MODEL 10)."""
    if actor is ActorKind.STAFF and says_nothing(note):
        return Objection(code=RefusalCode.REASON_REQUIRED, parameter="M23")
    return None


def objection_to_place(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> Objection | None:
    """Why the start cannot be had: not offered, or, where the other side has proposed it, taken meanwhile (D-35)."""
    if facts.agreed:
        return objection_to_time(facts.availability, facts.starts_at, facts.kind.duration, now=now)
    return objection_to_start(policy, facts.zones, facts.availability, facts.starts_at, now=now)


def _ways(policy: ResolvedPolicy) -> Iterator[Objection | None]:
    """Why members do not book by themselves."""
    if not policy.flag("booking.self_service"):
        yield Objection(code=RefusalCode.FORBIDDEN, parameter="booking.self_service")
    if policy.flag("booking.by_request"):
        yield Objection(code=RefusalCode.APPROVAL_REQUIRED, parameter="booking.by_request")


def stops(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> Iterator[Objection | None]:
    """What keeps a member from a new session, or from one in this period; staff, series and moves are not touched (D-07, D-64)."""
    zone = facts.zones.accounting
    closed = stopped(facts.stops, facts.starts_at, met_before=facts.met_before, zone=zone, now=now)
    if closed is not None:
        yield Objection(code=RefusalCode.BOOKING_BLOCKED, parameter="tallies", possible_from=closed.possible_from)
    if any(_reached(policy, facts, limit) for limit in policy.booking_limits):
        yield Objection(code=RefusalCode.BOOKING_LIMIT, parameter="booking.limits")
    most = policy.max_arrears
    if most is not None and facts.arrears is not None and facts.arrears.minor_units > most.minor_units:
        yield Objection(code=RefusalCode.ARREARS, parameter="booking.max_arrears")
    deadline = booking_deadline(policy, facts.zones, facts.starts_at)
    if deadline is not None and now > deadline:
        yield Objection(code=RefusalCode.BOOKING_DEADLINE_PASSED, parameter="booking.deadline_day")


def _reached(policy: ResolvedPolicy, facts: BookingFacts, limit: BookingLimit) -> bool:
    """Whether the day, week (from Monday) or period of the start is full, in the accounting zone (D-64)."""
    counted = sum(_together(policy, facts.zones, limit.per, facts.starts_at, other) for other in facts.counted_starts)
    return counted >= limit.count


def _together(policy: ResolvedPolicy, zones: Zones, per: LimitPer, one: datetime, other: datetime) -> bool:
    first, second = one.astimezone(zones.accounting).date(), other.astimezone(zones.accounting).date()
    match per:
        case LimitPer.DAY:
            return first == second
        case LimitPer.WEEK:
            return first.isocalendar()[:2] == second.isocalendar()[:2]
        case LimitPer.PERIOD:
            return same_period(policy, zones, one, other)


def objection_to_credit(
    policy: ResolvedPolicy, zones: Zones, others: Iterable[OtherSession], start: datetime
) -> Objection:
    """Why there is no credit for a session at this start (D-11).

    Where a second booking would be asked about, one whose credit another session of the period holds is a duplicate.
    """
    if policy.basis is Basis.PURCHASE:
        return Objection(code=RefusalCode.PAYMENT_REQUIRED, parameter="entitlement.basis")
    if in_the_way(policy, zones, others, start) and policy.duplicate_policy is DuplicatePolicy.ASK:
        return Objection(code=RefusalCode.DUPLICATE_BOOKING, parameter="booking.duplicate_policy")
    return Objection(code=RefusalCode.NO_CREDIT, parameter=QUANTITY)


def in_the_way(
    policy: ResolvedPolicy, zones: Zones, others: Iterable[OtherSession], start: datetime
) -> tuple[OtherSession, ...]:
    """The member's other sessions that hold the credit of the period."""
    period = period_of(policy, zones, start)
    if period is None:
        return ()
    return tuple(one for one in others if one.holds and period.start <= one.starts_at < period.end)


def _alternatives(policy: ResolvedPolicy, facts: BookingFacts, *, now: datetime) -> tuple[datetime, ...]:
    """The nearest starts that the member could book instead."""
    start, end = facts.starts_at - AROUND, facts.starts_at + AROUND
    offered = offered_starts(policy, facts.zones, facts.availability, start=start, end=end, now=now)
    payable = (at for at in nearest(offered, facts.starts_at) if choose(facts.lots, at, facts.kind.units) is not None)
    return tuple(sorted(at for at, _ in zip(payable, range(ALTERNATIVES), strict=False)))


def nearest(starts: Iterable[datetime], to: datetime) -> list[datetime]:
    """The starts, the nearest first, the earlier of two equally near."""
    return sorted(starts, key=lambda at: (abs(at - to), at))
