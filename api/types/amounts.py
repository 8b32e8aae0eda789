"""Amounts of money, as they come out and as they go in."""

import strawberry

from api.describe import given, output
from api.scalars import SafeInt
from policy.money import Money as Amount


@output
class Money:
    """An amount in whole minor units of its currency: 6000 EUR is 60.00, 6000 JPY is 6000, 6000 KWD is 6.000."""

    minor_units: int = strawberry.field(graphql_type=SafeInt)
    currency: str = strawberry.field(description="ISO 4217: three capital letters.")


def money(amount: Amount | None) -> Money | None:
    """The amount as the contract shows it."""
    return None if amount is None else Money(minor_units=amount.minor_units, currency=amount.currency)


@given
class MoneyInput:
    """An amount in whole minor units of its currency: 6000 EUR is 60.00, 6000 JPY is 6000, 6000 KWD is 6.000."""

    minor_units: int
    currency: str = strawberry.field(description="ISO 4217: three capital letters.")
