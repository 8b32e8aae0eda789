"""When a series takes place: local dates by its rule, and the instant of each in the zone that it keeps (MODEL 3.3, 5.3, D-45). Pure."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

from policy.limits import wall_instant
from policy.periods import month_after
from policy.terms import Cadence

WEEK = timedelta(weeks=1)
LAST = 5
"""A fifth weekday of a month stands for the last one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """One place in a series: its original local date, which names it for ever, and when that is."""

    on: date
    starts_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """From `first` on at the wall-clock time `at` of `zone`, in the rhythm of `cadence`; before the date `until`, if there is one.

    Monthly means the same weekday of the month as the first: its first Monday, second … A fifth one means the last.
    """

    cadence: Cadence
    first: date
    at: time
    zone: ZoneInfo
    until: date | None = None

    def dates(self, start: date | None = None) -> Iterator[date]:
        """The local dates of the series in order, those from `start` on; without end where the series has none."""
        begin = self.first if start is None else max(start, self.first)
        for on in self._from(begin):
            if self.until is not None and on >= self.until:
                return
            if on >= begin:
                yield on

    def occurrences(self, start: date | None = None) -> Iterator[Occurrence]:
        """The dates with their instants. Two never start together: dates differ, and a gap moves each by the same."""
        for on in self.dates(start):
            yield self.occurrence(on)

    def occurrence(self, on: date) -> Occurrence:
        """When the occurrence of this date is: a time in a gap is moved forward by it, one that comes twice is the first."""
        return Occurrence(on=on, starts_at=wall_instant(datetime.combine(on, self.at), self.zone))

    def holds(self, on: date) -> bool:
        """Whether the rule names this date."""
        return next(self.dates(on), None) == on

    def before(self, until: date) -> "Recurrence":
        """The part of the series that lies before this date."""
        return replace(self, until=until if self.until is None else min(until, self.until))

    @property
    def weekday_of_month(self) -> int:
        """Which one of its month's weekdays the first date is, 1 to 5; 5: the last, whatever its number in another month."""
        return (self.first.day - 1) // 7 + 1

    def _from(self, begin: date) -> Iterator[date]:
        """Dates of the rule, beginning at or shortly before `begin`."""
        match self.cadence:
            case Cadence.WEEKLY | Cadence.FORTNIGHTLY:
                step = WEEK if self.cadence is Cadence.WEEKLY else 2 * WEEK
                return _stepping(self.first + (begin - self.first) // step * step, step)
            case Cadence.MONTHLY:
                months = (begin.year - self.first.year) * 12 + begin.month - self.first.month
                return self._monthly(months)

    def _monthly(self, months: int) -> Iterator[date]:
        first_day = self.first.replace(day=1)
        for number in count(months):
            month = month_after(first_day, number)
            yield nth_weekday(month.year, month.month, self.first.weekday(), self.weekday_of_month)


def nth_weekday(year: int, month: int, weekday: int, number: int) -> date:
    """The `number`-th such weekday of a month; the fifth is its last."""
    if number >= LAST:
        last = date(year, month, monthrange(year, month)[1])
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (number - 1))


def _stepping(on: date, step: timedelta) -> Iterator[date]:
    while True:
        yield on
        on += step


def shifted(occurrences: list[Occurrence], zone: ZoneInfo) -> list[Occurrence]:
    """Those before which clocks on the other side's wall have moved: they show another time there than the one before (D-45)."""
    found: list[Occurrence] = []
    for earlier, later in pairwise(occurrences):
        if earlier.starts_at.astimezone(zone).time() != later.starts_at.astimezone(zone).time():
            found.append(later)
    return found
