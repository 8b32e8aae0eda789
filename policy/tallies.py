"""Counts of reasons over a window, and what follows when one is reached (MODEL 3.5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from policy.money import Money
from policy.terms import Sanction, TallyOf, TallyWindow, Until


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What follows when the tally reaches `at`, or each multiple of `every`.

    `lasts`: how long a sanction lasts: elapsed, calendar text such as P2M, or until something happens.
    `kinds`: the kinds that it stops; None: all.
    """

    then: tuple[Sanction, ...]
    at: int | None = None
    every: int | None = None
    lasts: timedelta | str | Until | None = None
    amount: Money | None = None
    kinds: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Whose events are counted, which reasons add how much, over which window; `in_a_row`: only the latest unbroken row."""

    of: TallyOf
    counts: Mapping[str, int]
    window: timedelta | TallyWindow
    in_a_row: bool = False
    steps: tuple[Step, ...] = ()
    rule: str | None = None
