"""What of a period's credits rolls into the next one, and what a pack may be extended by (MODEL 6, D-62)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from policy.decisions import Objection
from policy.money import Money
from policy.outreach import calendar_after
from policy.resolved import ResolvedPolicy
from policy.terms import LotSource, RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Rolling:
    """So many units that will then have rolled so often."""

    units: int
    times: int


def rolling(policy: ResolvedPolicy, came: Mapping[int, int], *, available: int) -> tuple[Rolling, ...]:
    """What of a lot's available units is carried on at its end, the oldest first; what is left has expired.

    `came`: how many units came into the lot that had rolled so often before; 0: granted in it. Rolled ones are used first.
    """
    left, most = policy.integer("entitlement.rollover_max"), policy.optional_integer("entitlement.rollover_times")
    found: list[Rolling] = []
    for times, units in sorted(_remaining(came, available), reverse=True):
        if most is not None and times >= most:
            continue
        rolls = min(units, left)
        left -= rolls
        if rolls:
            found.append(Rolling(units=rolls, times=times + 1))
    return tuple(found)


def _remaining(came: Mapping[int, int], available: int) -> Iterator[tuple[int, int]]:
    """The available units by how often they have rolled: what was used was what had rolled most."""
    for times in sorted(came):
        units = min(came[times], available)
        available -= units
        yield times, units
    if available > 0:
        # What staff have added besides was granted in the lot.
        yield 0, available


def pack_ends_at(policy: ResolvedPolicy, zone: ZoneInfo, *, now: datetime) -> datetime | None:
    """Until when a pack that is sold now can be used; None: without end."""
    validity: str | None = policy.value("entitlement.pack_validity")
    return None if validity is None else calendar_after(now, validity, zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A lot as an extension looks at it. `extended`: how often it has been."""

    source: LotSource
    closes_at: datetime | None
    extended: int


def objection_to_extending(policy: ResolvedPolicy, pack: Pack, *, now: datetime) -> Objection | None:
    """Why the pack may not be extended, or None: only while it is open, and no more often than the policy says."""
    by = "entitlement.extension_by"
    if policy.value(by) is None or pack.source is not LotSource.PACK or pack.closes_at is None:
        return Objection(code=RefusalCode.WRONG_STATE, parameter=by)
    if now >= pack.closes_at:
        return Objection(code=RefusalCode.DEADLINE_PASSED, parameter=by)
    if pack.extended >= policy.integer("entitlement.extension_times"):
        return Objection(code=RefusalCode.WRONG_STATE, parameter="entitlement.extension_times")
    return None


def extended_until(policy: ResolvedPolicy, zone: ZoneInfo, closes_at: datetime) -> datetime:
    """The end of a pack after an extension: counted from its present end, by the calendar."""
    return calendar_after(closes_at, policy.value("entitlement.extension_by"), zone)


def extension_fee(policy: ResolvedPolicy) -> Money:
    """What an extension costs."""
    return Money.of(policy.value("entitlement.extension_fee"), policy.currency)
