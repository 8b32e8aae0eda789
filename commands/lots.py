"""A credit lot that has reached the end of its window: what rolls is carried on, the rest has expired (MODEL 5.6, 6, D-62)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text

from commands.apply.credits import Posting, closing_of, open_lot, post_entry, post_rolling
from commands.apply.record import Record, write_event
from commands.apply.work import schedule
from commands.facts.policies import offered
from models.queries.due_work import Timer
from models.unit import Unit
from policy.effects import NewLot
from policy.facts import Zones
from policy.memberships import ENTITLED
from policy.periods import Period, period_of
from policy.resolved import ResolvedPolicy
from policy.rollover import Rolling, rolling
from policy.terms import ActorKind, LedgerKind, LotSource, MembershipStatus

LOT = text("""
SELECT lot.id, lot.member_id, lot.kind_id, lot.membership_id, lot.source, lot.closes_at,
    (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND to_lot_id = lot.id AND to_account = 'AVAILABLE')
    - (SELECT coalesce(sum(units), 0) FROM ledger_entry
        WHERE organisation_id = lot.organisation_id AND from_lot_id = lot.id AND from_account = 'AVAILABLE') AS available
FROM credit_lot AS lot WHERE lot.organisation_id = :organisation AND lot.id = :lot
""")

# Under which policy and in which membership, where the lot is a period's; and what came into it, by how often it had rolled.
PERIOD = text("""
SELECT membership.id, membership.status, membership.ends_on, membership.starts_on, membership.first_paid_on, membership.accounting_zone, kind.code AS kind_code,
    version.document, version.number, contract.document AS contract_document, membership.plan_document,
    (SELECT coalesce(jsonb_agg(jsonb_build_array(coalesce(rolled, 0), units)), '[]') FROM ledger_entry
        WHERE organisation_id = :organisation AND to_lot_id = :lot AND kind IN ('GRANT', 'CARRY')) AS came
FROM membership JOIN session_kind AS kind ON kind.organisation_id = membership.organisation_id AND kind.id = :kind
LEFT JOIN contract ON contract.organisation_id = membership.organisation_id AND contract.id = membership.contract_id
JOIN LATERAL (
    SELECT * FROM policy_version WHERE policy_version.organisation_id = membership.organisation_id
    AND policy_version.published_at < :until ORDER BY policy_version.number DESC LIMIT 1
) AS version ON true
WHERE membership.organisation_id = :organisation AND membership.id = :membership
""")
FOLLOWING = text("""
SELECT id FROM credit_lot WHERE organisation_id = :organisation AND membership_id = :membership AND kind_id = :kind
AND source = 'PERIOD' AND opens_at = :opens_at AND closes_at = :closes_at ORDER BY id LIMIT 1
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """Units that roll, and the period into which they do."""

    period: Period
    parts: tuple[Rolling, ...]


def close_lot(unit: Unit, timer: Timer, *, now: datetime) -> None:
    """What is still available in the lot is carried on or has expired as of its end; held units stay with their sessions (M1, D-08).

    Nothing where the lot has another end by now.
    """
    lot = unit.connection.execute(LOT, {"organisation": unit.organisation_id, "lot": timer.object_id}).one()
    if lot.available == 0 or lot.closes_at is None or lot.closes_at.astimezone(UTC) != timer.effective_at:
        return
    following = _following(unit, lot, timer)
    rolls = 0 if following is None else sum(one.units for one in following.parts)
    event = write_event(unit, _record(timer, lot, rolls, now=now))
    posting = Posting(
        member_id=lot.member_id,
        kind_id=lot.kind_id,
        membership_id=lot.membership_id,
        event_id=event,
        session_id=None,
        reason=None,
        recorded_at=now,
        effective_at=timer.effective_at,
        cause=f"expire:{timer.object_id}",
    )
    if following is not None and rolls:
        _carry(unit, lot, following, replace(posting, cause=f"roll:{timer.object_id}"))
    if lot.available > rolls:
        post_entry(unit, posting, LedgerKind.EXPIRE, lot.available - rolls, timer.object_id)


def _record(timer: Timer, lot: Row[Any], rolls: int, *, now: datetime) -> Record:
    left = lot.available - rolls
    carried = [{"kind": LedgerKind.CARRY, "units": rolls, "lot": lot.id}] if rolls else []
    expired = [{"kind": LedgerKind.EXPIRE, "units": left, "lot": lot.id}] if left else []
    return Record(
        name="CREDIT_EXPIRED" if left else "CREDIT_ROLLED",
        persons=timer.persons,
        actor_kind=ActorKind.SYSTEM,
        actor_id=None,
        cause=timer.cause_key,
        recorded_at=now,
        effective_at=timer.effective_at,
        effects=[*carried, *expired],
    )


def _following(unit: Unit, lot: Row[Any], timer: Timer) -> Next | None:
    """What rolls into which period; None where nothing can: no period's lot, no such rule, or the membership is over by then."""
    if lot.source != LotSource.PERIOD or lot.membership_id is None:
        return None
    values = {
        "organisation": unit.organisation_id,
        "membership": lot.membership_id,
        "kind": lot.kind_id,
        "lot": lot.id,
        # What is published at this very instant is not in force yet (MODEL 8).
        "until": timer.effective_at,
    }
    row = unit.connection.execute(PERIOD, values).one()
    policy = offered(row.document, row.number, row.kind_code, row.contract_document, row.plan_document)
    if policy is None or policy.integer("entitlement.rollover_max") == 0:
        return None
    period = _period(row, policy, timer.effective_at)
    over = row.ends_on is not None and period is not None and period.first >= row.ends_on
    if period is None or over or MembershipStatus(row.status) not in ENTITLED:
        return None
    return Next(period=period, parts=rolling(policy, _came(row.came), available=int(lot.available)))


def _period(row: Row[Any], policy: ResolvedPolicy, at: datetime) -> Period | None:
    zone = ZoneInfo(row.accounting_zone)
    zones = Zones(
        member=zone,
        coach=zone,
        organisation=zone,
        accounting=zone,
        enrolled_on=row.starts_on,
        paid_from=row.first_paid_on,
    )
    return period_of(policy, zones, at)


def _came(rows: Sequence[Sequence[int]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for times, units in rows:
        found[times] = found.get(times, 0) + units
    return found


def _carry(unit: Unit, lot: Row[Any], following: Next, posting: Posting) -> None:
    """The units stand in the lot of the period; where that is granted only now, in one of their own, which is used first (MODEL 6)."""
    period = following.period
    values = {
        "organisation": unit.organisation_id,
        "membership": lot.membership_id,
        "kind": lot.kind_id,
        "opens_at": period.start,
        "closes_at": period.end,
    }
    to = unit.connection.execute(FOLLOWING, values).scalar_one_or_none()
    if to is None:
        window = NewLot(
            source=LotSource.PERIOD, opens_at=period.start.astimezone(UTC), closes_at=period.end.astimezone(UTC)
        )
        to = open_lot(unit, posting, window, cause=posting.cause)
        if to is None:
            raise RuntimeError(f"the lot of {posting.cause} was opened before")
        schedule(unit, closing_of(to, lot.member_id, window.closes_at))
    for part in following.parts:
        post_rolling(unit, posting, part, lot_id=lot.id, to_lot_id=to)
