"""What a session has come to: units, money and the steps of tallies, as a fold over everything that was decided about it (MODEL 3.5, 6, 7)."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from policy.effects import (
    Charge,
    Credit,
    Earn,
    Effect,
    GiveBackFee,
    Grant,
    LiftSteps,
    Penalty,
    Refund,
    ReverseEarning,
    TakeStep,
)
from policy.money import Money
from policy.terms import Account, LedgerKind, Sanction, Side


class Item(StrEnum):
    """What is summed up. Units: USED by sessions that were held, LOST, BONUS; money from FEE to PENALTY; then how often a tally led to what."""

    USED = "USED"
    LOST = "LOST"
    BONUS = "BONUS"
    FEE = "FEE"
    REFUND = "REFUND"
    EARNING = "EARNING"
    PENALTY = "PENALTY"
    WARN = "WARN"
    TASK = "TASK"
    BLOCK = "BLOCK"
    SAME_DAY = "SAME_DAY"
    HIDE = "HIDE"
    PAUSE = "PAUSE"
    CANCEL_FUTURE = "CANCEL_FUTURE"
    END = "END"


UNITS = frozenset({Item.USED, Item.LOST, Item.BONUS})
MONEY = frozenset({Item.FEE, Item.REFUND, Item.EARNING, Item.PENALTY})
STEPS = frozenset(Item) - UNITS - MONEY

Bill = Counter[tuple[Item, str]]
"""By item and currency, which is empty for what is no money; what comes to nothing may stand in it as 0."""


def add_to(bill: Bill, effects: Iterable[Effect]) -> None:
    """The bill with these effects; what is taken back is no longer on it."""
    for effect in effects:
        match effect:
            case Credit():
                _units(bill, effect)
            case Grant():
                bill[Item.BONUS, ""] += effect.units
            case Charge():
                _money(bill, Item.FEE, effect.amount, 1)
            case Refund():
                _money(bill, Item.REFUND, effect.amount, 1)
            case Earn():
                _money(bill, Item.EARNING, effect.amount, 1)
            case ReverseEarning():
                _money(bill, Item.EARNING, effect.amount, -1)
            case Penalty():
                _money(bill, Item.PENALTY, effect.amount, 1)
            case GiveBackFee():
                _money(bill, Item.FEE if effect.to is Side.MEMBER else Item.PENALTY, effect.amount, -1)
            case TakeStep():
                _step(bill, effect)
            case LiftSteps():
                _taken_back(bill, effect)
            case _:
                continue


def _step(bill: Bill, step: TakeStep) -> None:
    """What a step makes due is due from the person themselves; everything else is counted."""
    bill.update((Item(what), "") for what in step.then if what is not Sanction.CHARGE)
    if step.amount is not None and Sanction.CHARGE in step.then:
        _money(bill, Item.PENALTY if step.to is Side.COACH else Item.FEE, step.amount, 1)


def _taken_back(bill: Bill, lifted: LiftSteps) -> None:
    for item, amount in ((Item.FEE, lifted.charge), (Item.PENALTY, lifted.penalty)):
        if amount is not None:
            _money(bill, item, amount, -1)


def _units(bill: Bill, entry: Credit) -> None:
    match entry.kind:
        case LedgerKind.CONSUME:
            bill[Item.USED, ""] += entry.units
        case LedgerKind.FORFEIT:
            bill[Item.LOST, ""] += entry.units
        case LedgerKind.RESTORE:
            bill[Item.USED if entry.out_of is Account.USED else Item.LOST, ""] -= entry.units
        case _:
            return


def _money(bill: Bill, item: Item, amount: Money, sign: int) -> None:
    bill[item, amount.currency] += sign * amount.minor_units


def without_nothing(bill: Bill) -> Bill:
    """The same without what comes to nothing."""
    return Counter({key: number for key, number in bill.items() if number})
