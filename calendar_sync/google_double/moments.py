"""How Google reads and writes points in time: RFC 3339, an IANA zone beside it, whole days for all-day events."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calendar_sync.google_double.answers import Json, Refused

_MOMENT: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?P<offset>[Zz]|[+-]\d{2}:\d{2})?", re.ASCII
)


def is_moment(text: str) -> bool:
    """Whether it is a date and time; the offset may be missing when a zone stands beside it."""
    return _read(text) is not None


def is_instant(text: str) -> bool:
    """Whether it is a date and time with an offset."""
    read = _read(text)
    return read is not None and read.tzinfo is not None


def instant(text: str) -> datetime:
    """The instant of an RFC 3339 text. Raises ValueError without an offset."""
    read = _read(text)
    if read is None or read.tzinfo is None:
        raise ValueError("a date and time with an offset is needed")
    return read.astimezone(UTC)


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that IANA name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def kept(moment: Any, default_zone: str, side: str) -> Json:
    """A start or end as we keep it: a date, or an instant in UTC with its zone. Raises Refused (400).

    The offset decides the instant where there is one, else the wall time in the zone; a time in a gap moves forward
    by the gap, a repeated one is its first occurrence.
    """
    if not isinstance(moment, dict):
        raise Refused(400, "required", f"Missing {side} time.")
    day, text, zone = (moment.get(name) for name in ("date", "dateTime", "timeZone"))
    if (day is None) == (text is None):
        raise Refused(400, "invalid", f"Invalid {side} time: either date or dateTime is needed.")
    if zone is not None and zone_of(zone) is None:
        raise Refused(400, "invalid", f"Invalid time zone definition for {side} time.")
    if day is not None:
        return {"date": day}
    read = _read(text)
    if read is None or (read.tzinfo is None and zone is None):
        raise Refused(400, "required", f"Missing time zone definition for {side} time.")
    aware = read if read.tzinfo is not None else read.replace(tzinfo=zone_of(str(zone)))
    return {"dateTime": written(aware, "UTC"), "timeZone": zone or default_zone}


def shown(moment: Json, zone: str) -> Json:
    """A kept start or end as an answer gives it: the offset is that of `zone`, the event's own zone beside it."""
    if "date" in moment:
        return dict(moment)
    return {"dateTime": written(instant(moment["dateTime"]), zone), "timeZone": moment["timeZone"]}


def begins(moment: Json, zone: str) -> datetime:
    """The instant at which a kept start or end lies; whole days begin at midnight in `zone`."""
    if "date" in moment:
        day = date.fromisoformat(moment["date"])
        return datetime(day.year, day.month, day.day, tzinfo=zone_of(zone) or UTC).astimezone(UTC)
    return instant(moment["dateTime"])


def written(moment: datetime, zone: str) -> str:
    """RFC 3339 in `zone`, to the second; UTC as Z."""
    local = moment.astimezone(zone_of(zone) or UTC)
    text = local.isoformat(timespec="seconds")
    return text.removesuffix("+00:00") + "Z" if local.utcoffset() == timedelta(0) else text


def _read(text: Any) -> datetime | None:
    if not isinstance(text, str) or (found := _MOMENT.fullmatch(text)) is None:
        return None
    upper = text.upper()
    if "." in upper:
        # Fractions of a second are allowed and ignored.
        upper = upper[: upper.index(".")] + (found["offset"] or "").upper()
    try:
        read = datetime.fromisoformat(upper)
        read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return read
