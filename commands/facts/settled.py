"""Rows of what a session has cost become facts, so that it can be taken back (D-30)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from policy.facts import HeldUnit, Lot, Sanctioned, Settled, TakenUnit
from policy.money import Money
from policy.terms import Account, LedgerKind, MoneyKind, Side


def settled_facts(row: Row[Any], lots: Mapping[int, Lot], *, coach_id: int) -> Settled:
    """What the row of `models.queries.settled` says."""
    return Settled(
        taken=tuple(
            TakenUnit(lot=lots[to_lot], units=units, account=Account(account))
            for kind, _, to_lot, account, units in row.entries
            if LedgerKind(kind) in (LedgerKind.CONSUME, LedgerKind.FORFEIT)
        ),
        returned=tuple(_returned(row, lots)),
        bonus=tuple(
            HeldUnit(lot=lots[to_lot], units=units)
            for kind, _, to_lot, _, units in row.entries
            if kind == LedgerKind.GRANT
        ),
        earned=None if row.earned is None else Money(minor_units=row.earned, currency=row.currency),
        fee=_amount(row, MoneyKind.CHARGE),
        coach_fee=_amount(row, MoneyKind.PENALTY),
        refunded=bool(row.refunded),
        sanctions=tuple(
            Sanctioned(
                id=key,
                tally=tally,
                step=step,
                to=Side.COACH if person == coach_id else Side.MEMBER,
                ends_at=None if ends_at is None else datetime.fromisoformat(ends_at).astimezone(UTC),
                over=over,
            )
            for key, tally, step, person, ends_at, over in row.sanctions
        ),
        charge=_charged(row, coach_id, of_coach=False),
        penalty=_charged(row, coach_id, of_coach=True),
    )


def _charged(row: Row[Any], coach_id: int, *, of_coach: bool) -> Money | None:
    """What tallies have made this side owe for the session and has not been given back."""
    found = [
        (-minor if kind == MoneyKind.REFUND else minor, currency)
        for kind, person, minor, currency in row.charged
        if (person == coach_id) is of_coach
    ]
    left = sum(minor for minor, _ in found)
    return Money(minor_units=left, currency=found[0][1]) if left > 0 else None


def _returned(row: Row[Any], lots: Mapping[int, Lot]) -> Iterator[HeldUnit]:
    """The units that became available by it, in the lots where they were left."""
    left: Counter[int] = Counter()
    for kind, from_lot, to_lot, _, units in row.entries:
        match LedgerKind(kind):
            case LedgerKind.RELEASE | LedgerKind.RESTORE:
                left[to_lot] += units
            case LedgerKind.CARRY:
                left[from_lot] -= units
                left[to_lot] += units
            case LedgerKind.HOLD | LedgerKind.EXPIRE | LedgerKind.REVOKE:
                left[from_lot] -= units
            case _:
                continue
    return (HeldUnit(lot=lots[lot], units=units) for lot, units in left.items() if units > 0)


def _amount(row: Row[Any], wanted: MoneyKind) -> Money | None:
    found = [(minor, currency) for kind, minor, currency in row.amounts if kind == wanted]
    return Money(minor_units=sum(minor for minor, _ in found), currency=found[0][1]) if found else None
