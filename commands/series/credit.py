"""The credits of a series: each period holds as many as occurrences start in it, and no fewer than the plan's number (D-09)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text

from commands.apply.credits import Posting, post_entry, post_grant
from commands.apply.work import Work
from commands.grants import rhythm_of
from commands.series.planning import Pairing
from commands.series.rule import rule_of
from models.queries.series import kept_starts, series_of_membership
from models.unit import Unit
from policy.cadence import covered
from policy.effects import NewLot
from policy.periods import Period, period_of
from policy.series import wanted_units
from policy.terms import Basis, LedgerKind, LotSource

GRANTED = text("""
SELECT lot.id, coalesce(sum(CASE
        WHEN entry.kind = 'GRANT' AND entry.to_lot_id = lot.id THEN entry.units
        WHEN entry.kind = 'REVOKE' AND entry.from_lot_id = lot.id THEN -entry.units END), 0) AS granted,
    coalesce(sum(CASE WHEN entry.to_lot_id = lot.id AND entry.to_account = 'AVAILABLE' THEN entry.units ELSE 0 END
        - CASE WHEN entry.from_lot_id = lot.id AND entry.from_account = 'AVAILABLE' THEN entry.units ELSE 0 END), 0) AS available
FROM credit_lot AS lot
LEFT JOIN ledger_entry AS entry ON entry.organisation_id = lot.organisation_id AND lot.id IN (entry.to_lot_id, entry.from_lot_id)
WHERE lot.organisation_id = :organisation AND lot.cause_key = :cause GROUP BY lot.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """The event that grants are written with, and the instant that they are effective at."""

    event_id: int
    now: datetime
    recorded_at: datetime


def fit_periods(
    unit: Unit, pair: Pairing, starts: Iterable[datetime], granting: Granting, *, revoke: bool = False
) -> list[Work]:
    """The periods of these starts hold what the member's series need; returns the timers of lots that were opened.

    `revoke`: units that are free and no longer needed are taken back: a split or a change leaves fewer occurrences (D-18).
    """
    if pair.policy.basis is not Basis.CADENCE or pair.policy.kind.units == 0:
        return []
    periods = {found.start: found for at in starts if (found := period_of(pair.policy, pair.zones, at)) is not None}
    if not periods:
        return []
    membership = pair.row.membership_id
    rules = [rule_of(row) for row in series_of_membership(unit, membership=membership, kind=pair.kind_id)]
    kept = kept_starts(unit, membership=membership, kind=pair.kind_id)
    rhythm = rhythm_of(unit, membership)
    works: list[Work] = []
    for _, period in sorted(periods.items()):
        standing = sum(period.start <= at < period.end for at in kept)
        least = covered(pair.policy, rhythm, opens_at=period.start)
        units = wanted_units(pair.policy, rules, period.start, period.end, least=least, kept=standing)
        works += _fit(unit, pair, period, units, granting, revoke=revoke)
    return works


def _fit(unit: Unit, pair: Pairing, period: Period, units: int, granting: Granting, *, revoke: bool) -> list[Work]:
    opens_at, closes_at = period.start.astimezone(UTC), period.end.astimezone(UTC)
    # The same cause as the period's own grant has: whichever comes first opens the lot, and the other finds it.
    cause = f"grant:{pair.row.membership_id}:{pair.policy.kind.code}:{opens_at.isoformat()}"
    lot = unit.connection.execute(GRANTED, {"organisation": unit.organisation_id, "cause": cause}).one_or_none()
    if lot is None:
        window = NewLot(source=LotSource.PERIOD, opens_at=opens_at, closes_at=closes_at)
        return post_grant(unit, _posting(pair, granting, cause), window, units)
    more, surplus = units - lot.granted, min(lot.granted - units, lot.available)
    cause = f"series:{granting.event_id}:{opens_at.isoformat()}"
    if more > 0:
        post_entry(unit, _posting(pair, granting, f"grant:{cause}"), LedgerKind.GRANT, more, lot.id)
    elif revoke and surplus > 0:
        post_entry(unit, _posting(pair, granting, f"revoke:{cause}"), LedgerKind.REVOKE, surplus, lot.id)
    return []


def _posting(pair: Pairing, granting: Granting, cause: str) -> Posting:
    return Posting(
        member_id=pair.member_id,
        kind_id=pair.kind_id,
        membership_id=pair.row.membership_id,
        event_id=granting.event_id,
        session_id=None,
        reason=None,
        recorded_at=granting.recorded_at,
        effective_at=granting.now,
        cause=cause,
    )
