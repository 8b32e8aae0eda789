"""Granted periods follow the rhythm of a membership: what is too much is revoked, what is missing is granted (D-09, D-27)."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, text

from commands.apply.credits import Posting, post_entry
from commands.facts.policies import offered
from commands.membership.case import MembershipCase
from commands.membership.log import Doer
from commands.series.foresight import NOTHING, Foreseen
from models.unit import Unit
from policy.cadence import Rhythm, covered
from policy.periods import period_of
from policy.resolved import ResolvedPolicy
from policy.series import wanted_units
from policy.terms import LedgerKind

# EXPIRED and REVOKED units are not part of what a period covers any more.
PERIODS = text("""
SELECT lot.id, lot.kind_id, lot.opens_at, lot.closes_at, kind.code AS kind_code,
    (SELECT coalesce(sum(CASE WHEN kind = 'REVOKE' OR to_lot_id IS NULL THEN -units ELSE units END), 0) FROM ledger_entry AS entry
        WHERE entry.organisation_id = lot.organisation_id AND lot.id IN (entry.from_lot_id, entry.to_lot_id)
        AND entry.kind IN ('GRANT', 'REVOKE', 'ADJUST')) AS covered,
    (SELECT coalesce(sum(CASE WHEN entry.to_lot_id = lot.id AND to_account = 'AVAILABLE' THEN units ELSE 0 END), 0)
        - coalesce(sum(CASE WHEN entry.from_lot_id = lot.id AND from_account = 'AVAILABLE' THEN units ELSE 0 END), 0)
        FROM ledger_entry AS entry WHERE entry.organisation_id = lot.organisation_id AND lot.id IN (entry.from_lot_id, entry.to_lot_id)
        ) AS available
FROM credit_lot AS lot JOIN session_kind AS kind ON kind.organisation_id = lot.organisation_id AND kind.id = lot.kind_id
WHERE lot.organisation_id = :organisation AND lot.membership_id = :membership AND lot.source = 'PERIOD' AND lot.closes_at > :now
ORDER BY lot.opens_at, lot.id
""")


def surplus_of(
    unit: Unit,
    case: MembershipCase,
    *,
    rhythm: Rhythm,
    from_at: datetime,
    now: datetime,
    foreseen: Foreseen = NOTHING,
) -> list[tuple[Row[Any], int]]:
    """Each granted period that is not over at `now`, with the units that it has too many of; less than none: that it lacks.

    Only what is available can be too much, and only in periods that begin at `from_at` or later: the one in which the rhythm
    changes keeps the larger number. `foreseen`: what series would do first.
    """
    values = {"organisation": unit.organisation_id, "membership": case.id, "now": now}
    found: list[tuple[Row[Any], int]] = []
    for row in unit.connection.execute(PERIODS, values).all():
        policy = offered(
            case.row.document, case.row.number, row.kind_code, case.row.contract_document, case.row.plan_document
        )
        if policy is None:
            continue
        opens_at = row.opens_at.astimezone(UTC)
        period = period_of(policy, case.zones, opens_at)
        if period is None or period.start != opens_at:
            # A period counted from a first payment that another one has taken the place of since: nothing is granted in it any more.
            continue
        over = int(row.covered) - _wanted(unit, case, policy, rhythm, row, foreseen)
        if over > 0:
            available = int(row.available) + foreseen.free.get(row.id, 0)
            over = min(over, max(available, 0)) if opens_at >= from_at else 0
        if over:
            found.append((row, over))
    return found


def _wanted(
    unit: Unit, case: MembershipCase, policy: ResolvedPolicy, rhythm: Rhythm, row: Row[Any], foreseen: Foreseen
) -> int:
    """The units of a period: what the rhythm says, or what the member's series need in it, if that is more (D-09)."""
    opens_at, closes_at = row.opens_at.astimezone(UTC), row.closes_at.astimezone(UTC)
    least = covered(policy, rhythm, opens_at=opens_at)
    series = foreseen.rules(unit, case.id, row.kind_id)
    if not series:
        return least * policy.kind.units
    starts = foreseen.kept(unit, case.id, row.kind_id)
    kept = sum(opens_at <= at < closes_at for at in starts)
    return wanted_units(policy, series, opens_at, closes_at, least=least, kept=kept)


def fit_periods(unit: Unit, case: MembershipCase, doer: Doer, *, from_at: datetime, event_id: int) -> None:
    """Every granted period covers what the membership's rhythm says."""
    for row, over in surplus_of(unit, case, rhythm=case.rhythm, from_at=from_at, now=doer.now):
        posting = Posting(
            member_id=case.member_id,
            kind_id=row.kind_id,
            membership_id=case.id,
            event_id=event_id,
            session_id=None,
            reason=None,
            recorded_at=doer.recorded_at,
            effective_at=doer.now,
            cause=f"rhythm:event:{event_id}:{row.id}",
        )
        post_entry(unit, posting, LedgerKind.REVOKE if over > 0 else LedgerKind.GRANT, abs(over), row.id)
