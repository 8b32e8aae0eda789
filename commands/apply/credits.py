"""Credit effects become lots and ledger entries (MODEL 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import text

from commands.apply.work import Work
from models.unit import Unit
from policy.effects import Acquire, Credit, NewLot
from policy.rollover import Rolling
from policy.terms import LedgerKind, WorkKind

NEW_LOT = text("""
INSERT INTO credit_lot (organisation_id, member_id, kind_id, membership_id, source, opens_at, closes_at, created_at, cause_key)
VALUES (:organisation, :member, :kind, :membership, :source, :opens_at, :closes_at, :created_at, :cause)
ON CONFLICT (organisation_id, cause_key) DO NOTHING RETURNING id
""")

# Like due work: one statement for any number of entries, the same text each time.
ENTRIES = text("""
INSERT INTO ledger_entry (organisation_id, kind, from_lot_id, from_account, to_lot_id, to_account, units, session_id, event_id,
    reason, recorded_at, effective_at, cause_key, rolled)
SELECT :organisation, kind, from_lot_id, from_account, to_lot_id, to_account, units, session_id, event_id, reason, recorded_at,
    effective_at, cause_key, rolled
FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS entry (place integer, kind text, from_lot_id bigint, from_account text,
    to_lot_id bigint, to_account text, units integer, session_id bigint, event_id bigint, reason text,
    recorded_at timestamptz, effective_at timestamptz, cause_key text, rolled integer)
ORDER BY place
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """Where credit entries belong: whose units, of which kind, and the event that caused them."""

    member_id: int
    kind_id: int
    membership_id: int | None
    event_id: int
    session_id: int | None
    reason: str | None
    recorded_at: datetime
    effective_at: datetime
    cause: str


def open_lot(unit: Unit, posting: Posting, lot: NewLot, *, cause: str) -> int | None:
    """A new lot with this window; None where the same cause has opened it before."""
    values = {
        "organisation": unit.organisation_id,
        "member": posting.member_id,
        "kind": posting.kind_id,
        "membership": posting.membership_id,
        "source": lot.source,
        "opens_at": lot.opens_at,
        "closes_at": lot.closes_at,
        "created_at": posting.effective_at,
        "cause": cause,
    }
    return unit.connection.execute(NEW_LOT, values).scalar_one_or_none()


def closing_of(lot_id: int, member_id: int, closes_at: datetime | None) -> list[Work]:
    """The timer at which a lot's available units expire; none for a lot without end."""
    if closes_at is None:
        return []
    return [
        Work(
            kind=WorkKind.LOT_CLOSE,
            cause_key=f"lot-close:{lot_id}:{closes_at.isoformat()}",
            persons=frozenset({member_id}),
            object_id=lot_id,
            fires_at=closes_at,
        )
    ]


def post_credits(unit: Unit, posting: Posting, credits: Sequence[Credit]) -> list[Work]:
    """These credit effects stand in the ledger, in order; returns the timers of the lots they opened."""
    rows: list[dict[str, Any]] = []
    works: list[Work] = []
    for number, credit in enumerate(credits):
        cause = f"{posting.cause}:{number}"
        row = _row(posting, credit.kind, credit.units, credit.lot.id, cause)
        row["from_account"] = credit.out_of or row["from_account"]
        if credit.to is not None:
            lot_id = open_lot(unit, posting, credit.to, cause=cause)
            if lot_id is None:
                raise RuntimeError(f"the lot of {cause} was opened before")
            row["to_lot_id"] = lot_id
            works += closing_of(lot_id, posting.member_id, credit.to.closes_at)
        rows.append(row)
    _write(unit, rows)
    return works


def _write(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        placed = [{**row, "place": place} for place, row in enumerate(rows)]
        values = {"organisation": unit.organisation_id, "rows": orjson.dumps(placed).decode()}
        unit.connection.execute(ENTRIES, values)


def _row(posting: Posting, kind: LedgerKind, units: int, lot_id: int, cause: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "from_lot_id": None if kind.from_account is None else lot_id,
        "from_account": kind.from_account,
        "to_lot_id": None if kind.to_account is None else lot_id,
        "to_account": kind.to_account,
        "units": units,
        "session_id": posting.session_id,
        "event_id": posting.event_id,
        "reason": posting.reason,
        "recorded_at": posting.recorded_at,
        "effective_at": posting.effective_at,
        "cause_key": cause,
    }


def post_grant(unit: Unit, posting: Posting, lot: NewLot, units: int) -> list[Work]:
    """The units are granted in a lot of their own, once per cause; returns its closing timer."""
    lot_id = open_lot(unit, posting, lot, cause=posting.cause)
    if lot_id is None:
        return []
    _write(unit, [_row(posting, LedgerKind.GRANT, units, lot_id, posting.cause)])
    return closing_of(lot_id, posting.member_id, lot.closes_at)


def post_rolling(unit: Unit, posting: Posting, part: Rolling, *, lot_id: int, to_lot_id: int) -> None:
    """The units go on from one period's lot to the next one's, and it is kept how often they have rolled (D-62)."""
    row = _row(posting, LedgerKind.CARRY, part.units, lot_id, f"{posting.cause}:{part.times}")
    _write(unit, [{**row, "to_lot_id": to_lot_id, "rolled": part.times}])


def post_acquired(unit: Unit, posting: Posting, acquired: Acquire) -> None:
    """The units are granted in a lot of their own and held by the posting's session."""
    lot_id = open_lot(unit, posting, acquired.to, cause=f"{posting.cause}:acquired")
    if lot_id is None:
        raise RuntimeError(f"the lot of {posting.cause} was opened before")
    kinds = (LedgerKind.GRANT, LedgerKind.HOLD)
    _write(unit, [_row(posting, kind, acquired.units, lot_id, f"{posting.cause}:acquired:{kind}") for kind in kinds])


def post_entry(unit: Unit, posting: Posting, kind: LedgerKind, units: int, lot_id: int) -> None:
    """One entry of a lot, under the posting's cause."""
    _write(unit, [_row(posting, kind, units, lot_id, posting.cause)])
