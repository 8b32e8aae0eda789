"""Reasons and the terms they carry (MODEL 4, D-56)."""

from dataclasses import dataclass
from fractions import Fraction

from policy.money import Money
from policy.terms import ActorKind, Disposition, Fault, PayRule, Rest, Use


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a reason costs whom.

    `take`: the part of the units (REFUNDED: of the price) that is lost; `pay`: part of the coach's fee; `fee` and `coach_fee`:
    an amount, or a part of the price and of the coach's fee; `bonus`: units for the member; `stated_by`: who may state it.
    """

    use: Use
    fault: Fault = Fault.NONE
    late: bool = False
    take: Fraction = Fraction(0)
    rest: Rest = Rest.RELEASED
    fee: Money | Fraction | None = None
    pay: Fraction | PayRule = Fraction(0)
    bonus: int = 0
    coach_fee: Money | Fraction | None = None
    stated_by: tuple[ActorKind, ...] = ()
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


RESOLVED = "DUPLICATE_RESOLVED"
"""Of a session that the member did not choose to keep: its terms are fixed (D-14)."""
UNSTATED = ("MOVE_DECLINED", RESOLVED, "PLATFORM_CANCELLED")


def stated_by_default(code: str, use: Use, *, added: bool) -> tuple[ActorKind, ...]:
    """Who may state a reason for which its policy names nobody (MODEL 4); a move's is named by staff who override."""
    if code in UNSTATED:
        return ()
    return (ActorKind.STAFF,) if added or use is Use.MOVED else (ActorKind.COACH, ActorKind.STAFF)
