"""Money effects become entries of what is due (MODEL 7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from commands.apply.notices import Subject
from models.money import MoneyEntry
from models.unit import Unit
from policy.effects import Charge, Earn, Effect, Penalty, Refund
from policy.money import Money
from policy.terms import MoneyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPosting:
    """Where money entries belong."""

    subject: Subject
    event_id: int
    reason: str | None
    now: datetime
    cause: str


def post_money(unit: Unit, posting: MoneyPosting, effects: tuple[Effect, ...]) -> None:
    """What the effects make due stands in the money ledger; an amount of 0 makes no entry."""
    rows: list[dict[str, object]] = []
    for effect in effects:
        match effect:
            case Earn():
                rows += _row(unit, posting, MoneyKind.EARNING, posting.subject.coach_id, effect.amount, len(rows))
            case Penalty():
                rows += _row(unit, posting, MoneyKind.PENALTY, posting.subject.coach_id, effect.amount, len(rows))
            case Charge():
                rows += _row(unit, posting, MoneyKind.CHARGE, posting.subject.member_id, effect.amount, len(rows))
            case Refund():
                rows += _row(unit, posting, MoneyKind.REFUND, posting.subject.member_id, effect.amount, len(rows))
            case _:
                continue
    if rows:
        unit.connection.execute(insert(MoneyEntry), rows)


def _row(
    unit: Unit, posting: MoneyPosting, kind: MoneyKind, person_id: int, amount: Money, number: int
) -> list[dict[str, object]]:
    if not amount:
        return []
    return [
        {
            "organisation_id": unit.organisation_id,
            "kind": kind,
            "person_id": person_id,
            "minor_units": amount.minor_units,
            "currency": amount.currency,
            "session_id": posting.subject.session_id,
            "event_id": posting.event_id,
            "reason": posting.reason,
            "recorded_at": posting.now,
            "effective_at": posting.now,
            "cause_key": f"{posting.cause}:{number}",
        }
    ]
