"""Exact amounts in minor units; fractions are rounded once, half up (D-27, D-56)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor

NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
DECIMALS: Mapping[str, int] = {
    **dict.fromkeys(NO_DECIMALS.split(), 0),
    **dict.fromkeys(THREE_DECIMALS.split(), 3),
    "CLF": 4,
    "UYW": 4,
}
"""Currencies whose unit is not cut into hundredths, with the decimals that it has (ISO 4217)."""


def decimals_of(currency: str) -> int:
    """How many decimals an amount of the currency has."""
    return DECIMALS.get(currency, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Whole minor units of a currency: 6000 EUR is 60.00, 6000 JPY is 6000."""

    minor_units: int
    currency: str

    @staticmethod
    def of(amount: Decimal, currency: str) -> "Money":
        """So much of the currency. Raises ValueError for less than its smallest unit."""
        minor_units = amount.scaleb(decimals_of(currency))
        if minor_units != int(minor_units):
            raise ValueError(f"{currency} has {decimals_of(currency) or 'no'} decimals")
        return Money(minor_units=int(minor_units), currency=currency)

    def times(self, fraction: Fraction) -> "Money":
        """This fraction of the amount, rounded once, half up, to the minor unit."""
        return Money(minor_units=floor(self.minor_units * fraction + Fraction(1, 2)), currency=self.currency)

    def __bool__(self) -> bool:
        """An amount of 0 makes no entry (MODEL 7)."""
        return self.minor_units != 0

    def __str__(self) -> str:
        return f"{Decimal(self.minor_units).scaleb(-decimals_of(self.currency)):f} {self.currency}"
