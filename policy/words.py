"""Durations, limits, amounts and values in plain English, for sentences that people read."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any

from policy.limits import Limit, parse_limit
from policy.money import Money
from policy.parameters import BookingLimit


def duration_words(span: timedelta) -> str:
    """`23 h 59 min 59 s`: hours are not cut into days, because notice is elapsed time (D-02)."""
    whole = span // timedelta(seconds=1)
    hours, minutes, seconds = whole // 3600, whole // 60 % 60, whole % 60
    parts = [f"{hours} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    if span.microseconds:
        parts.append(f"{seconds}.{span.microseconds:06}".rstrip("0") + " s")
    elif seconds or not parts:
        parts.append(f"{seconds} s")
    return " ".join(parts)


def limit_words(text: str) -> str:
    """A limit of notice before a start: `48 h before`, `20:00 on the day before`."""
    limit = parse_limit(text)
    if limit.elapsed is not None:
        return f"{duration_words(limit.elapsed)} before"
    return f"{limit.at or time(0):%H:%M} {_day_words(limit)}"


def _day_words(limit: Limit) -> str:
    if limit.days == 0:
        return "on the day itself"
    if limit.days == 1 and not limit.business:
        return "on the day before"
    days = "business day" if limit.business else "day"
    return f"{limit.days} {days}{'s' if limit.days > 1 else ''} before"


def instant_words(at: datetime) -> str:
    """An instant in UTC, to the minute."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def units_words(count: int) -> str:
    """`1 unit`, `2 units`."""
    return "1 unit" if count == 1 else f"{count} units"


def part_words(part: Fraction | Money, of: str) -> str:
    """An amount, or a part of something: `1/2 of the price`."""
    if isinstance(part, Money):
        return str(part)
    return of if part == 1 else f"{part} of {of}"


def value_words(value: Any) -> str:
    """The value of a parameter as a reader expects it."""
    match value:
        case None | ():
            words = "none"
        case bool():
            words = "yes" if value else "no"
        case timedelta():
            words = duration_words(value)
        case StrEnum():
            words = str(value).lower().replace("_", " ")
        case BookingLimit():
            words = f"{value.count} per {value.per.lower()}"
        case tuple():
            words = ", ".join(value_words(one) for one in value)
        case Mapping():
            words = ", ".join(f"{str(name).lower()} {value_words(one)}" for name, one in value.items())
        case _:
            words = str(value)
    return words
