"""What is due between somebody and the organisation, from what has come to it (MODEL 7)."""

from collections.abc import Iterable

from policy.terms import MoneyKind, Side

ADDS = {Side.MEMBER: {MoneyKind.CHARGE}, Side.COACH: {MoneyKind.EARNING, MoneyKind.REFUND}}
"""What makes more due from a member, and more due to a coach; everything else, what was paid among it, makes it less."""


def balance(side: Side, sums: Iterable[tuple[str, str, int]]) -> dict[str, int]:
    """By currency what a member owes, or what is owed to a coach, from (kind, currency, minor units); less than nothing: the other way."""
    found: dict[str, int] = {}
    for kind, currency, units in sums:
        signed = units if kind in ADDS[side] else -units
        found[currency] = found.get(currency, 0) + signed
    return found
