"""Exact amounts in minor units; fractions are rounded once, half up (D-27, D-56)."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """Whole minor units of a currency: 6000 EUR is 60.00."""

    minor_units: int
    currency: str

    def times(self, fraction: Fraction) -> "Money":
        """This fraction of the amount, rounded once, half up, to the minor unit."""
        return Money(minor_units=floor(self.minor_units * fraction + Fraction(1, 2)), currency=self.currency)

    def __bool__(self) -> bool:
        """An amount of 0 makes no entry (MODEL 7)."""
        return self.minor_units != 0

    def __str__(self) -> str:
        return f"{self.minor_units // 100}.{self.minor_units % 100:02} {self.currency}"
