"""How many sessions a period covers by the rhythm that a member has chosen (O5, O37, O38, D-09, D-27)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil

from policy.resolved import ResolvedPolicy
from policy.terms import Basis, Cadence

SESSIONS: Mapping[Cadence, Fraction] = {
    Cadence.MONTHLY: Fraction(1, 2),
    Cadence.FORTNIGHTLY: Fraction(1),
    Cadence.WEEKLY: Fraction(2),
}
"""Of the quantity that a policy states, which is that of the fortnightly rhythm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """The rhythm in force, and the one that follows it from `from_at` on, if another is recorded."""

    current: Cadence = Cadence.FORTNIGHTLY
    following: Cadence | None = None
    from_at: datetime | None = None


def nominal(policy: ResolvedPolicy, cadence: Cadence) -> int:
    """Sessions of the kind per period; a half that a contract's own quantity leaves counts for the member."""
    return ceil(policy.quantity * SESSIONS[cadence]) if policy.basis is Basis.CADENCE else policy.quantity


def covered(policy: ResolvedPolicy, rhythm: Rhythm, *, opens_at: datetime) -> int:
    """What a period that begins at `opens_at` covers as things stand: the rhythm that follows lowers it at once.

    It raises it only once it is in force, because the price is due from then on too (S-O-15, S-O-29). The period in which the
    rhythm changes keeps the larger number (D-27).
    """
    now = nominal(policy, rhythm.current)
    if rhythm.following is None or rhythm.from_at is None or opens_at < rhythm.from_at:
        return now
    return min(now, nominal(policy, rhythm.following))
