"""Money effects become entries of what is due (MODEL 7), and earnings that live on until they are paid (MODEL 5.7)."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import insert, text

from commands.apply.notices import Subject
from commands.apply.work import Work
from models.money import MoneyEntry
from models.unit import Unit
from policy.effects import (
    Charge,
    Earn,
    Effect,
    GiveBackFee,
    KeepEarning,
    LiftSteps,
    Penalty,
    Refund,
    ReverseEarning,
    TakeStep,
)
from policy.money import Money
from policy.terms import EarningStatus, MoneyKind, Sanction, Side, WorkKind

EARN = text("""
INSERT INTO earning (organisation_id, session_id, coach_id, entry_id, minor_units, currency, status, payable_at, created_at, changed_at)
VALUES (:organisation, :session, :coach, :entry, :minor_units, :currency, :status, :payable_at, :now, :now) RETURNING id
""")

KEEP = text("""
UPDATE earning SET payable_at = :payable_at, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND session_id = :session AND status = 'PENDING' RETURNING id
""")

REVERSE = text("""
UPDATE earning SET status = 'REVERSED', payout = NULL, changed_at = :now, version = version + 1
WHERE organisation_id = :organisation AND session_id = :session AND status IN ('PENDING', 'PAYABLE', 'PAID')
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyPosting:
    """Where money entries belong; due as of `now`, written down at `recorded_at`.

    `contract_id`: a fee is due from the sponsor of this contract, for the member's sake.
    """

    subject: Subject
    event_id: int
    reason: str | None
    now: datetime
    recorded_at: datetime
    cause: str
    contract_id: int | None = None


def post_money(unit: Unit, posting: MoneyPosting, effects: tuple[Effect, ...]) -> list[Work]:
    """What the effects make due stands in the money ledger; returns the timers of earnings. An amount of 0 makes no entry."""
    subject, works = posting.subject, list[Work]()
    for number, effect in enumerate(effects):
        match effect:
            case Earn():
                entry = _post(unit, posting, MoneyKind.EARNING, subject.coach_id, effect.amount, number)
                works += [] if entry is None else _earn(unit, posting, effect, entry)
            case KeepEarning() if effect.payable_at is not None:
                works += _keep(unit, posting, effect.payable_at)
            case ReverseEarning():
                unit.connection.execute(REVERSE, _values(unit, posting))
                _post(unit, posting, MoneyKind.EARNING_REVERSAL, subject.coach_id, effect.amount, number)
            case Penalty():
                _post(unit, posting, MoneyKind.PENALTY, subject.coach_id, effect.amount, number)
            case Charge():
                _post(unit, posting, MoneyKind.CHARGE, subject.member_id, effect.amount, number, of_payer=True)
            case Refund():
                _post(unit, posting, MoneyKind.REFUND, subject.member_id, effect.amount, number)
            case GiveBackFee():
                person = subject.member_id if effect.to is Side.MEMBER else subject.coach_id
                to_payer = effect.to is Side.MEMBER
                _post(unit, posting, MoneyKind.REFUND, person, effect.amount, number, of_payer=to_payer)
            case TakeStep() if effect.amount is not None and Sanction.CHARGE in effect.then:
                _charge_step(unit, posting, effect, effect.amount, number)
            case LiftSteps():
                _give_back(unit, posting, effect, number)
            case _:
                continue
    return works


def _charge_step(unit: Unit, posting: MoneyPosting, step: TakeStep, amount: Money, number: int) -> None:
    """A step of a tally makes it due from the person themselves (MODEL 3.5, 7)."""
    of_coach = step.to is Side.COACH
    kind = MoneyKind.PENALTY if of_coach else MoneyKind.CHARGE
    person = posting.subject.coach_id if of_coach else posting.subject.member_id
    _post(unit, posting, kind, person, amount, number, tally=step.tally)


def _give_back(unit: Unit, posting: MoneyPosting, lifted: LiftSteps, number: int) -> None:
    back = ((lifted.charge, posting.subject.member_id), (lifted.penalty, posting.subject.coach_id))
    for place, (amount, person) in enumerate(back):
        if amount is not None:
            own = replace(posting, cause=f"{posting.cause}:back:{place}")
            _post(unit, own, MoneyKind.REFUND, person, amount, number, tally="")


def _post(
    unit: Unit,
    posting: MoneyPosting,
    kind: MoneyKind,
    person_id: int,
    amount: Money,
    number: int,
    *,
    of_payer: bool = False,
    tally: str | None = None,
) -> int | None:
    """One entry; returns its id, or None for an amount of 0. `of_payer`: due from or to whoever pays the fees."""
    if not amount:
        return None
    row = {
        "organisation_id": unit.organisation_id,
        "kind": kind,
        "person_id": person_id,
        "minor_units": amount.minor_units,
        "currency": amount.currency,
        "session_id": posting.subject.session_id,
        "event_id": posting.event_id,
        "reason": posting.reason,
        "recorded_at": posting.recorded_at,
        "effective_at": posting.now,
        "cause_key": f"{posting.cause}:{number}",
        "contract_id": posting.contract_id if of_payer else None,
        "tally": tally,
    }
    return unit.connection.execute(insert(MoneyEntry).values(row).returning(MoneyEntry.id)).scalar_one()


def _earn(unit: Unit, posting: MoneyPosting, effect: Earn, entry: int) -> list[Work]:
    waits = effect.payable_at is not None
    values = {
        **_values(unit, posting),
        "coach": posting.subject.coach_id,
        "entry": entry,
        "minor_units": effect.amount.minor_units,
        "currency": effect.amount.currency,
        "status": EarningStatus.PENDING if waits else EarningStatus.PAYABLE,
        "payable_at": effect.payable_at if waits else posting.now,
    }
    earning = unit.connection.execute(EARN, values).scalar_one()
    return [] if effect.payable_at is None else [payable_work(posting.subject, earning, effect.payable_at)]


def _keep(unit: Unit, posting: MoneyPosting, payable_at: datetime) -> list[Work]:
    kept = unit.connection.execute(KEEP, {**_values(unit, posting), "payable_at": payable_at}).scalars()
    return [payable_work(posting.subject, earning, payable_at) for earning in kept]


def _values(unit: Unit, posting: MoneyPosting) -> dict[str, object]:
    return {"organisation": unit.organisation_id, "session": posting.subject.session_id, "now": posting.now}


def payable_work(subject: Subject, earning_id: int, at: datetime) -> Work:
    """The timer after which nobody can object to an earning any more; without effect once its `payable_at` is another one."""
    return Work(
        kind=WorkKind.EARNING_PAYABLE,
        cause_key=f"earning-payable:{earning_id}:{at.isoformat()}",
        persons=frozenset({subject.coach_id, subject.member_id}),
        object_id=earning_id,
        fires_at=at,
        strict=True,
    )
