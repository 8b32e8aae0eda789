"""Months in which a fortnightly series has three sessions, and what a split makes of them (O6–O8, D-18). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policy.limits import wall_instant
from policy.periods import month_after
from policy.recurrence import WEEK, Occurrence, Recurrence
from policy.resolved import ResolvedPolicy
from policy.terms import Cadence

FULL = 3
AHEAD = timedelta(days=800)
"""How far months are looked for: a year holds two of them, so the next one is always found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullMonth:
    """A calendar month of the series' own zone with three occurrences; both are told at `notice_at`, and decide until `decide_by`."""

    occurrences: tuple[Occurrence, ...]
    notice_at: datetime
    decide_by: datetime

    @property
    def first(self) -> Occurrence:
        """The one that a split drops."""
        return self.occurrences[0]


def full_months(policy: ResolvedPolicy, rule: Recurrence, start: date) -> Iterator[FullMonth]:
    """The months of three of a fortnightly series, those whose first occurrence is on `start` or later, in order."""
    if rule.cadence is not Cadence.FORTNIGHTLY:
        return
    month: list[Occurrence] = []
    begin = start.replace(day=1)
    for one in rule.before(begin + AHEAD).occurrences(begin):
        if month and one.on.replace(day=1) != month[0].on.replace(day=1):
            yield from _full(policy, rule, month, start)
            month = []
        month.append(one)
    if rule.until is not None and rule.until <= begin + AHEAD:
        yield from _full(policy, rule, month, start)


def _full(policy: ResolvedPolicy, rule: Recurrence, month: list[Occurrence], start: date) -> Iterator[FullMonth]:
    if len(month) >= FULL and month[0].on >= start:
        decide_by = earlier_by(month[0], rule, str(policy.value("series.split_decide_before")))
        notice_at = decide_by - policy.duration("series.split_notice")
        yield FullMonth(occurrences=tuple(month), notice_at=notice_at, decide_by=decide_by)


def earlier_by(occurrence: Occurrence, rule: Recurrence, span: str) -> datetime:
    """The same local time a calendar duration (`P1M`) before; months are clamped to the last day of the month (MODEL 2.7)."""
    years, months, weeks, days = (
        int(found[1]) if (found := re.search(rf"(\d+){unit}", span)) else 0 for unit in "YMWD"
    )
    on = month_after(occurrence.on, -12 * years - months) - timedelta(weeks=weeks, days=days)
    return wall_instant(datetime.combine(on, rule.at), rule.zone)


def kept_by_silence(policy: ResolvedPolicy) -> bool:
    """Whether all three sessions stay where nobody agrees in time to split the month."""
    return policy.value("series.split_default") == "KEEP"


def split_of(rule: Recurrence, month: FullMonth) -> tuple[Recurrence, Recurrence]:
    """The series until before the first of the three, and the one that goes on a week after it, every two weeks (D-18)."""
    after = Recurrence(cadence=rule.cadence, first=month.first.on + WEEK, at=rule.at, zone=rule.zone, until=rule.until)
    return rule.before(month.first.on), after
