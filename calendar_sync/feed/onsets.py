"""When the clocks of a zone change, and by which yearly rule, asked of the tz database. Pure.

Everything is read through `zoneinfo` alone, so that a zone's description can never disagree with the wall times that we
write in it.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

_STEP: Final = timedelta(days=1)
"""No zone has ever changed its clocks twice within a day."""
_RULE_YEARS: Final = 28
"""After so many years dates fall on the same weekdays again: what held for these holds for all (1901–2099)."""
_WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True, kw_only=True)
class Onset:
    """The instant at which the offset of a zone changes from `before` to `after`."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    """The abbreviation that holds from then on."""
    daylight: bool
    """Whether summer time begins: the later one of two offsets that alternate, whichever of them a law calls normal."""

    @property
    def local(self) -> datetime:
        """The wall time of the onset as it would have been without it (`TZOFFSETFROM`)."""
        return (self.at + self.before).replace(tzinfo=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearlyOnset:
    """An onset that returns every year by a rule; `first` is the one to begin with, `by` the parts of the rule."""

    first: Onset
    by: str


def onsets(zone: ZoneInfo, start: datetime, end: datetime) -> list[Onset]:
    """Every change of the zone's offset in `(start, end]`, both UTC, to the second."""
    found: list[Onset] = []
    at, before = start, _offset(zone, start)
    while at < end:
        next_at = min(at + _STEP, end)
        after = _offset(zone, next_at)
        if after != before:
            found.append(_between(zone, at, next_at))
        at, before = next_at, after
    return found


def yearly_onsets(zone: ZoneInfo, year: int) -> list[YearlyOnset] | None:
    """The onsets of `year` with the rules by which they return for ever; None where no such rules hold from then on.

    An empty list says that the zone's clocks never change again.
    """
    # Two days more: an onset belongs to the year of its wall time, which may not be that of its UTC date.
    edge = timedelta(days=2)
    start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + _RULE_YEARS, 1, 1, tzinfo=UTC)
    by_year: list[list[Onset]] = [[] for _ in range(_RULE_YEARS)]
    for onset in onsets(zone, start - edge, end + edge):
        if year <= onset.local.year < year + _RULE_YEARS:
            by_year[onset.local.year - year].append(onset)
    if len({len(one) for one in by_year}) != 1:
        return None
    rules = [_rule(same) for same in zip(*by_year, strict=True)]
    return None if None in rules else [rule for rule in rules if rule is not None]


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _between(zone: ZoneInfo, low: datetime, high: datetime) -> Onset:
    """The one onset in `(low, high]`."""
    before, after = _offset(zone, low), _offset(zone, high)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    local = high.astimezone(zone)
    alternates = bool(local.dst() or low.astimezone(zone).dst())
    return Onset(at=high, before=before, after=after, name=local.tzname() or "", daylight=alternates and after > before)


def _rule(same: Sequence[Onset]) -> YearlyOnset | None:
    """The rule that gives exactly these onsets, one a year, in consecutive years."""
    first = same[0]
    if len({(one.local.month, one.local.weekday(), one.local.time(), one.before, one.after) for one in same}) != 1:
        return None
    by = _days([one.local for one in same])
    return None if by is None else YearlyOnset(first=first, by=f"BYMONTH={first.local.month};{by}")


def _days(dates: Sequence[datetime]) -> str | None:
    """How a rule names the day of the month, in the plainest form that fits all these dates of one month and weekday."""
    weekday = _WEEKDAYS[dates[0].weekday()]
    if all(date.day > monthrange(date.year, date.month)[1] - 7 for date in dates):
        return f"BYDAY=-1{weekday}"
    weeks = {(date.day - 1) // 7 + 1 for date in dates}
    if len(weeks) == 1:
        return f"BYDAY={weeks.pop()}{weekday}"
    days = {date.day for date in dates}
    if max(days) - min(days) < 7:
        # "The Saturday before the last Sunday": the one such weekday within a week of dates.
        return f"BYMONTHDAY={','.join(map(str, range(min(days), max(days) + 1)))};BYDAY={weekday}"
    return None
