"""Periods of entitlement in the accounting zone, their grants and their booking deadlines (D-06 … D-08, D-62)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from policy.cadence import Rhythm, covered
from policy.facts import Zones
from policy.limits import TICK, wall_instant
from policy.resolved import ResolvedPolicy
from policy.terms import Basis, PeriodKind

FORTNIGHTLY = Rhythm()
"""The rhythm of a membership that has none of its own; what a policy states is its quantity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Half-open `[start, end)`, UTC; `first` and `last` are its local days."""

    start: datetime
    end: datetime
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodGrant:
    """Units to be granted for one period."""

    opens_at: datetime
    closes_at: datetime
    units: int


def month_after(anchor: date, months: int) -> date:
    """The day `months` calendar months after `anchor`, clamped to the month's last day, from the original day (MODEL 2.7)."""
    index = anchor.year * 12 + anchor.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def period_of(policy: ResolvedPolicy, zones: Zones, instant: datetime) -> Period | None:
    """The period that holds `instant`; None where the policy has no periods. Raises ValueError for a naive instant."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs an offset")
    local = instant.astimezone(zones.accounting).date()
    match policy.period:
        case PeriodKind.CALENDAR_MONTH:
            first = local.replace(day=1)
            return _period(first, month_after(first, 1), zones.accounting)
        case PeriodKind.BILLING:
            # From renewal to renewal, which are counted from the first payment; without one, from the first day (D-29, D-62).
            anchor = zones.paid_from or zones.enrolled_on or local.replace(day=1)
            months = (local.year - anchor.year) * 12 + local.month - anchor.month
            if month_after(anchor, months) > local:
                months -= 1
            return _period(month_after(anchor, months), month_after(anchor, months + 1), zones.accounting)
        case PeriodKind.DAYS:
            anchor = zones.enrolled_on or local
            length = timedelta(days=policy.integer("entitlement.period_days"))
            first = anchor + (local - anchor) // length * length
            return _period(first, first + length, zones.accounting)
        case PeriodKind.NONE:
            return None


def _period(first: date, after: date, zone: ZoneInfo) -> Period:
    start = wall_instant(datetime.combine(first, time(0)), zone)
    end = wall_instant(datetime.combine(after, time(0)), zone)
    return Period(start=start, end=end, first=first, last=after - timedelta(days=1))


def next_period(policy: ResolvedPolicy, zones: Zones, period: Period) -> Period:
    """The period that follows."""
    following = period_of(policy, zones, period.end)
    if following is None:
        raise ValueError("a policy without periods has none that follows")
    return following


def same_period(policy: ResolvedPolicy, zones: Zones, one: datetime, other: datetime) -> bool:
    """Whether both instants lie in one period; always, where there are no periods."""
    period = period_of(policy, zones, one)
    return period is None or period.start <= other < period.end


def horizon_end(policy: ResolvedPolicy, zones: Zones, *, now: datetime) -> datetime:
    """Starts before this instant are open for self-service booking (D-07)."""
    period = period_of(policy, zones, now)
    if period is None:
        return now + policy.duration("booking.horizon") + TICK  # a limit reached exactly is kept (D-01)
    for _ in range(policy.integer("booking.horizon_periods")):
        period = next_period(policy, zones, period)
    return period.end


def booking_deadline(policy: ResolvedPolicy, zones: Zones, start: datetime) -> datetime | None:
    """The last instant at which a session that starts then can be booked: of its period, inclusive (D-07)."""
    period = period_of(policy, zones, start)
    if period is None:
        return None
    day = policy.optional_integer("booking.deadline_day")
    on = period.last if day is None else min(period.first + timedelta(days=day - 1), period.last)
    # The last second counts whole: 23:59:59 is kept until the next one begins.
    local = datetime.combine(on, policy.clock("booking.deadline_time"))
    return wall_instant(local, zones.accounting) + timedelta(seconds=1) - TICK


def first_grants(
    policy: ResolvedPolicy, zones: Zones, *, now: datetime, rhythm: Rhythm = FORTNIGHTLY
) -> list[PeriodGrant]:
    """The grants of all periods that are open for booking at `now`: the present one and the horizon (MODEL 8).

    A period that ends before the membership begins grants nothing.
    """
    period = period_of(policy, zones, now)
    if not _granted_by_period(policy) or period is None:
        return []
    found = [period]
    for _ in range(policy.integer("booking.horizon_periods")):
        found.append(next_period(policy, zones, found[-1]))
    begins = zones.enrolled_on or date.min
    return [_grant(policy, one, rhythm) for one in found if one.last >= begins]


def next_grant_at(policy: ResolvedPolicy, zones: Zones, *, now: datetime) -> datetime | None:
    """When the next period opens for booking: the end of the present one; None where periods grant nothing."""
    period = period_of(policy, zones, now)
    return period.end if period is not None and _granted_by_period(policy) else None


def _granted_by_period(policy: ResolvedPolicy) -> bool:
    return policy.basis in (Basis.FIXED, Basis.CADENCE) and policy.quantity > 0 and policy.kind.units > 0


def _grant(policy: ResolvedPolicy, period: Period, rhythm: Rhythm) -> PeriodGrant:
    units = covered(policy, rhythm, opens_at=period.start) * policy.kind.units
    return PeriodGrant(opens_at=period.start.astimezone(UTC), closes_at=period.end.astimezone(UTC), units=units)
