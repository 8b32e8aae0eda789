"""libical (Thunderbird, Evolution, KDE), asked through its own interface where the system has it: `apt install libical3`."""

import ctypes
from collections.abc import Iterator
from ctypes.util import find_library
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

LIBICAL = find_library("ical")

needs_libical = pytest.mark.skipif(LIBICAL is None, reason="libical is not on this machine: apt install libical3")


class IcalTime(ctypes.Structure):
    """`struct icaltimetype`."""

    _fields_ = [
        *[
            (name, ctypes.c_int)
            for name in ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")
        ],
        ("zone", ctypes.c_void_p),
    ]


class Span(ctypes.Structure):
    """`struct icaltime_span`."""

    _fields_ = [("start", ctypes.c_longlong), ("end", ctypes.c_longlong), ("is_busy", ctypes.c_int)]


Seen = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Span), ctypes.c_void_p)
_POINTER = ctypes.c_void_p
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "icalcomponent_string_to_kind": (ctypes.c_int, [ctypes.c_char_p]),
    "icalparser_parse_string": (_POINTER, [ctypes.c_char_p]),
    "icalcomponent_count_errors": (ctypes.c_int, [_POINTER]),
    "icalcomponent_get_first_component": (_POINTER, [_POINTER, ctypes.c_int]),
    "icalcomponent_get_next_component": (_POINTER, [_POINTER, ctypes.c_int]),
    "icalcomponent_new_clone": (_POINTER, [_POINTER]),
    "icalcomponent_count_components": (ctypes.c_int, [_POINTER, ctypes.c_int]),
    "icalcomponent_get_uid": (ctypes.c_char_p, [_POINTER]),
    "icalcomponent_get_summary": (ctypes.c_char_p, [_POINTER]),
    "icalcomponent_get_dtstart": (IcalTime, [_POINTER]),
    "icalcomponent_get_dtend": (IcalTime, [_POINTER]),
    "icaltimezone_new": (_POINTER, []),
    "icaltimezone_set_component": (ctypes.c_int, [_POINTER, _POINTER]),
    "icalcomponent_get_first_property": (_POINTER, [_POINTER, ctypes.c_int]),
    "icalproperty_string_to_kind": (ctypes.c_int, [ctypes.c_char_p]),
    "icalproperty_get_datetime_with_component": (IcalTime, [_POINTER, _POINTER]),
    "icalcomponent_foreach_recurrence": (None, [_POINTER, IcalTime, IcalTime, Seen, _POINTER]),
    "icalcomponent_free": (None, [_POINTER]),
    "icaltime_as_timet_with_zone": (ctypes.c_longlong, [IcalTime, _POINTER]),
    "icaltime_from_timet_with_zone": (IcalTime, [ctypes.c_longlong, ctypes.c_int, _POINTER]),
    "icaltimezone_get_utc_timezone": (_POINTER, []),
}


@cache
def libical() -> Any:
    """The library, with the signatures of what is asked of it here."""
    library = ctypes.CDLL(LIBICAL)
    for name, (result, arguments) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def starts(content: bytes, first: datetime, last: datetime) -> list[datetime]:
    """The instants at which libical finds something within `[first, last)`; a text that it does not read without fault is no calendar."""
    library = libical()
    root = library.icalparser_parse_string(content)
    assert library.icalcomponent_count_errors(root) == 0
    events = list(_events(library, root))
    moved = {_name(library, one): _instant(library, one, b"DTSTART") for one in events if _is_override(library, one)}
    found: set[tuple[bytes, int]] = set()
    for one in events:
        if not _is_override(library, one):
            uid = library.icalcomponent_get_uid(one)
            found |= {(uid, at) for at in _recurring(library, one, first, last)}
    shown = [moved.get(name, name[1]) for name in found]
    library.icalcomponent_free(root)
    instants = sorted(datetime.fromtimestamp(at, UTC) for at in shown)
    return [at for at in instants if first <= at < last]


def _events(library: Any, root: int) -> Iterator[int]:
    kind = library.icalcomponent_string_to_kind(b"VEVENT")
    one = library.icalcomponent_get_first_component(root, kind)
    while one:
        yield one
        one = library.icalcomponent_get_next_component(root, kind)


def _is_override(library: Any, event: int) -> bool:
    return bool(_property(library, event, b"RECURRENCE-ID"))


def _name(library: Any, event: int) -> tuple[bytes, int]:
    return library.icalcomponent_get_uid(event), _instant(library, event, b"RECURRENCE-ID")


def _property(library: Any, event: int, name: bytes) -> int | None:
    return library.icalcomponent_get_first_property(event, library.icalproperty_string_to_kind(name))


def _instant(library: Any, event: int, name: bytes) -> int:
    at = library.icalproperty_get_datetime_with_component(_property(library, event, name), event)
    return library.icaltime_as_timet_with_zone(at, at.zone)


def _recurring(library: Any, event: int, first: datetime, last: datetime) -> list[int]:
    found: list[int] = []
    utc = library.icaltimezone_get_utc_timezone()
    start, end = (library.icaltime_from_timet_with_zone(int(at.timestamp()), 0, utc) for at in (first, last))
    keep = Seen(lambda _event, span, _data: found.append(span.contents.start))
    library.icalcomponent_foreach_recurrence(event, start, end, keep, None)
    return found
