"""Instants in words, in a reader's zone and with its name (MODEL 9); English, and the same on every machine."""

from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def day(instant: datetime, zone: ZoneInfo) -> str:
    """`Thursday 18 March 2027`."""
    local = instant.astimezone(zone)
    return f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year}"


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`10:00`; with seconds where there are any, because a limit may be missed by one."""
    local = instant.astimezone(zone)
    return f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """`Thursday 18 March 2027, 10:00`."""
    return f"{day(instant, zone)}, {clock(instant, zone)}"


def span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """`Thursday 18 March 2027, 10:00–10:45`; the end names its day where that is another one."""
    same_day = starts_at.astimezone(zone).date() == ends_at.astimezone(zone).date()
    end = clock(ends_at, zone) if same_day else f" {moment(ends_at, zone)}"
    return f"{moment(starts_at, zone)}–{end}" if same_day else f"{moment(starts_at, zone)} –{end}"


def zone_words(instant: datetime, zone: ZoneInfo) -> str:
    """`Europe/London, UTC+1`: the zone's name, and how far its clocks are from UTC at that instant."""
    return f"{zone.key}, {_offset(instant.astimezone(zone).utcoffset() or timedelta(0))}"


def _offset(offset: timedelta) -> str:
    minutes = round(offset.total_seconds() / 60)
    sign, (hours, rest) = "−" if minutes < 0 else "+", divmod(abs(minutes), 60)
    return f"UTC{sign}{hours}" if rest == 0 else f"UTC{sign}{hours}:{rest:02}"


def from_then(instant: datetime, zone: ZoneInfo) -> str:
    """`in April 2027` where that month begins at `instant` in the accounting zone, else `from … on` with the day (D-08)."""
    local = instant.astimezone(zone)
    if _begins_month(local):
        return f"in {MONTHS[local.month - 1]} {local.year}"
    return f"from {day(instant, zone)} on"


def whole_month(opens_at: datetime, closes_at: datetime | None, zone: ZoneInfo) -> str | None:
    """`March 2027` for a window that is exactly that month in the accounting zone, else None."""
    if closes_at is None:
        return None
    first, after = opens_at.astimezone(zone), closes_at.astimezone(zone)
    follows = (after.year * 12 + after.month) - (first.year * 12 + first.month) == 1
    whole = follows and _begins_month(first) and _begins_month(after)
    return f"{MONTHS[first.month - 1]} {first.year}" if whole else None


def _begins_month(local: datetime) -> bool:
    return local.day == 1 and local.time() == time(0)


def length(starts_at: datetime, ends_at: datetime) -> str:
    """`45 minutes`."""
    minutes = round((ends_at - starts_at).total_seconds() / 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
