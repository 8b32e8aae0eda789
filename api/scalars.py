"""The contract's scalars: instants with an offset, durations, zones, addresses, local times and dates."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NewType

import strawberry
from strawberry.types.scalar import ScalarDefinition

from policy.limits import parse_duration

_DATETIME = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:([Zz])|([+-])(\d\d):(\d\d))", re.ASCII
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"(\d\d):(\d\d)", re.ASCII)
_LONGEST_ZONE = 64
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Room for every rule to count some centuries back and ahead of what came in."""

TimeZone = NewType("TimeZone", str)
URL = NewType("URL", str)
SafeInt = NewType("SafeInt", int)


def read_instant(text: object) -> datetime:
    """An instant of RFC 3339 as aware UTC. Raises ValueError where it has no offset, or is finer than a microsecond."""
    found = _DATETIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError("An instant is written as RFC 3339 says, with its offset: 2027-03-18T10:00:00Z.")
    year, month, day, hour, minute, second, fraction, _, sign, ahead_hours, ahead_minutes = found.groups()
    micro = (fraction or "").rstrip("0")
    if len(micro) > 6:
        raise ValueError("An instant is no finer than a microsecond.")
    try:
        local = datetime(
            int(year), int(month), int(day), int(hour), int(minute), int(second), int(micro.ljust(6, "0")), tzinfo=UTC
        )
        instant = local - _offset(sign, ahead_hours, ahead_minutes)
    except (ValueError, OverflowError):
        raise ValueError("There is no such instant.") from None
    if not EARLIEST <= instant < LATEST:
        raise ValueError("An instant lies in the years 1900 to 8999.")
    return instant


def _offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta:
    if sign is None or hours is None or minutes is None:
        return timedelta(0)
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("an offset is less than a day")
    ahead = timedelta(hours=int(hours), minutes=int(minutes))
    return ahead if sign == "+" else -ahead


def write_instant(instant: datetime) -> str:
    """The instant in UTC, with as many digits of a second as it needs."""
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def read_duration(text: object) -> timedelta:
    """A duration of weeks, days of 24 hours, hours, minutes and seconds. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("A duration is written as ISO 8601 says: PT45M.")
    try:
        return parse_duration(text)
    except (ValueError, OverflowError):
        raise ValueError("A duration is written as ISO 8601 says: PT45M.") from None


def write_duration(span: timedelta) -> str:
    """Elapsed time in hours, minutes and seconds; a day is no unit here, because a calendar day may have 23 hours."""
    if span < timedelta(0):
        return "-" + write_duration(-span)
    minutes, rest = divmod(span, timedelta(minutes=1))
    hours, minutes = divmod(minutes, 60)
    seconds = f"{rest.seconds}.{rest.microseconds:06}".rstrip("0").rstrip(".")
    parts = [f"{hours}H" if hours else "", f"{minutes}M" if minutes else "", f"{seconds}S" if rest else ""]
    return "PT" + ("".join(parts) or "0S")


def read_time(text: object) -> time:
    """A local time of whole minutes, 00:00 to 23:59. Raises ValueError."""
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise ValueError("A local time is written as hours and minutes: 09:30.")
    return time(int(found[1]), int(found[2]))


def read_date(text: object) -> date:
    """A calendar date. Raises ValueError."""
    if not isinstance(text, str) or not _DATE.fullmatch(text):
        raise ValueError("A date is written as ISO 8601 says: 2027-03-18.")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError("There is no such date.") from None
    if not EARLIEST.year <= day.year < LATEST.year:
        raise ValueError("A date lies in the years 1900 to 8999.")
    return day


def read_zone(text: object) -> str:
    """The name of a zone; whether the tz database has it is checked where it is used."""
    if not isinstance(text, str) or not 0 < len(text) <= _LONGEST_ZONE:
        raise ValueError("A zone is named as in the tz database: Europe/London.")
    return text


def _only_given(_number: object) -> int:
    raise ValueError("Numbers of this size are only given, never taken.")


def _unread(_text: object) -> str:
    raise ValueError("Addresses are only given, never taken.")


SCALARS: dict[object, ScalarDefinition] = {
    datetime: strawberry.scalar(
        name="DateTime",
        description=(
            "An instant as RFC 3339 writes it, in the years 1900 to 8999. An offset is required and may be any; answers are in UTC, "
            "to the microsecond."
        ),
        specified_by_url="https://scalars.graphql.org/andimarek/date-time.html",
        serialize=write_instant,
        parse_value=read_instant,
    ),
    timedelta: strawberry.scalar(
        name="Duration",
        description=(
            "Elapsed time as ISO 8601 writes it: `PT45M`, `PT48H`. Answers use hours, minutes and seconds and may be negative "
            "(`-PT5M`); weeks, and days of 24 hours, are understood."
        ),
        specified_by_url="https://www.rfc-editor.org/rfc/rfc3339#appendix-A",
        serialize=write_duration,
        parse_value=read_duration,
    ),
    time: strawberry.scalar(
        name="LocalTime",
        description="A time of day on a wall clock, hours and minutes: `09:30`.",
        serialize=lambda value: f"{value:%H:%M}",
        parse_value=read_time,
    ),
    date: strawberry.scalar(
        name="Date",
        description="A day of the calendar: `2027-03-18`.",
        specified_by_url="https://scalars.graphql.org/andimarek/local-date.html",
        serialize=lambda value: value.isoformat(),
        parse_value=read_date,
    ),
    TimeZone: strawberry.scalar(
        name="TimeZone",
        description="The name of a zone of the tz database: `Europe/London`.",
        specified_by_url="https://www.iana.org/time-zones",
        serialize=str,
        parse_value=read_zone,
    ),
    SafeInt: strawberry.scalar(
        name="SafeInt",
        description="A whole number that JSON carries exactly: a sum may be larger than an Int.",
        specified_by_url="https://the-guild.dev/graphql/scalars/docs/scalars/safe-int",
        serialize=int,
        parse_value=_only_given,
    ),
    URL: strawberry.scalar(
        name="URL",
        description="An absolute address.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=str,
        parse_value=_unread,
    ),
}
