"""Words about people's own calendars."""

from enum import StrEnum


class CalendarPlace(StrEnum):
    """In which of a person's Google calendars their sessions stand."""

    OWN = "OWN"
    PRIMARY = "PRIMARY"


class CalendarEdit(StrEnum):
    """What somebody did to a session's event in their own calendar (D-53)."""

    MOVED = "MOVED"
    DELETED = "DELETED"
