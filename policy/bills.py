"""What a session has come to: units and money, as a fold over everything that was decided about it (MODEL 6, 7)."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from policy.effects import Charge, Credit, Earn, Effect, GiveBackFee, Grant, Penalty, Refund, ReverseEarning
from policy.money import Money
from policy.terms import Account, LedgerKind, Side


class Item(StrEnum):
    """What is summed up. Units: USED by sessions that were held, LOST, BONUS; the rest is money."""

    USED = "USED"
    LOST = "LOST"
    BONUS = "BONUS"
    FEE = "FEE"
    REFUND = "REFUND"
    EARNING = "EARNING"
    PENALTY = "PENALTY"


Bill = Counter[tuple[Item, str]]
"""By item and currency, which is empty for units; what comes to nothing may stand in it as 0."""


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
            case _:
                continue


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
