"""Reasons and the terms they carry (MODEL 4, D-56)."""

from dataclasses import dataclass
from fractions import Fraction

from policy.money import Money
from policy.terms import Disposition, Fault, PayRule, Rest, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a reason costs whom. `take`: the part of the units (REFUNDED: of the price) that is lost; `pay`: part of the fee."""

    use: Use
    fault: Fault = Fault.NONE
    late: bool = False
    take: Fraction = Fraction(0)
    rest: Rest = Rest.RELEASED
    fee: Money | Fraction | None = None
    pay: Fraction | PayRule = Fraction(0)
    bonus: int = 0
    coach_fee: Money | Fraction | None = None
    rule: str | None = None

    def disposition(self, *, needs_credit: bool) -> Disposition:
        """What becomes of the session's units."""
        if self.use is Use.HELD:
            return Disposition.CONSUMED if needs_credit else Disposition.NONE
        if not needs_credit:
            return Disposition.NONE if self.rest is Rest.RELEASED and self.take == 0 else Disposition.RETURNED
        if self.take == 1:
            return Disposition.COUNTED
        return Disposition.PART_COUNTED if self.take > 0 else Disposition(self.rest)
