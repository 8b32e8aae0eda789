"""What a change of a membership leads to, shown before it is done: nothing costly happens unseen (D-04)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from policy.money import Money
from policy.terms import RefusalCode


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipEffect:
    """`effective_at`: from when on. `sessions`: those that are cancelled without loss, by it or then. `units`: credits that are
    revoked. `charge`: what is due at once; `price`: what each further month or year costs. `digest` goes back as acknowledgement."""

    effective_at: datetime
    sessions: tuple[int, ...]
    units: int
    charge: Money | None
    price: Money | None
    summary: str
    digest: str

    @property
    def costly(self) -> bool:
        """Whether somebody loses or owes something by it."""
        return bool(self.sessions or self.units or self.charge or self.price)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipCheck:
    """What the twin of a change of a membership answers; `effect` is None where the change may not be made."""

    allowed: bool
    code: RefusalCode | None
    message: str | None
    effect: MembershipEffect | None
    checked_at: datetime


def membership_effect(
    summary: str,
    *,
    effective_at: datetime,
    sessions: tuple[int, ...] = (),
    units: int = 0,
    charge: Money | None = None,
    price: Money | None = None,
    wanted: object = None,
) -> MembershipEffect:
    """The effect with its words; `wanted` is what was asked for, so that a digest acknowledges nothing else."""
    said = [summary]
    if sessions:
        stand = "1 session is" if len(sessions) == 1 else f"{len(sessions)} sessions are"
        said.append(f"{stand} cancelled without loss.")
    if units:
        said.append(f"{'1 credit' if units == 1 else f'{units} credits'} can no longer be used.")
    if charge:
        said.append(f"{charge} is due now.")
    if price:
        said.append(f"{price} is due each time from then on.")
    covered: list[Any] = [effective_at.isoformat(), sessions, units, str(charge or ""), str(price or ""), wanted]
    return MembershipEffect(
        effective_at=effective_at,
        sessions=sessions,
        units=units,
        charge=charge,
        price=price,
        summary=" ".join(said),
        digest=hashlib.sha256(json.dumps(covered, default=str).encode()).hexdigest(),
    )
