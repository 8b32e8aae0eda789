"""An evaluator of VTIMEZONE that shares nothing with its writer: parsed by icalendar, expanded by dateutil."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import icalendar
from dateutil.rrule import rrulestr


@dataclass(frozen=True, slots=True)
class Described:
    """What a VTIMEZONE says: from each of these instants (naive UTC) on, the clock stands so far from UTC."""

    onsets: list[datetime]
    before: list[timedelta]
    after: list[timedelta]

    def offset_at(self, instant: datetime) -> timedelta:
        """The offset at a naive UTC instant: that of the last onset before it (RFC 5545 3.6.5)."""
        return self.after[bisect_right(self.onsets, instant) - 1]


def described(text: str, *, until: datetime) -> Described:
    """The onsets of a VTIMEZONE up to the naive UTC instant `until`, in order."""
    found: list[tuple[datetime, timedelta, timedelta]] = []
    zone: Any = icalendar.Timezone.from_ical(text)
    for observance in zone.subcomponents:
        before, after = observance["TZOFFSETFROM"].td, observance["TZOFFSETTO"].td
        found += [(local - before, before, after) for local in _locals(observance, until + before)]
    found.sort()
    return Described([at for at, _, _ in found], [one for _, one, _ in found], [one for _, _, one in found])


def _locals(observance: Any, until: datetime) -> list[datetime]:
    start = observance["DTSTART"].dt
    assert "RDATE" not in observance
    if "RRULE" not in observance:
        return [start]
    return list(rrulestr(observance["RRULE"].to_ical().decode(), dtstart=start).between(start, until, inc=True))
