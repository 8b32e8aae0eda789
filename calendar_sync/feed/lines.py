"""Content lines of iCalendar: escaped, folded, without control characters (RFC 5545 3.1, 3.3.11). Pure."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import quote

END: Final = "\r\n"
LONGEST: Final = 75
"""Octets of a line, its end not counted (CALENDAR 37)."""
_URI_CHARACTERS: Final = ":/?#[]@!$&'()*+,;=-._~%"
_URI: Final = re.compile(f"[A-Za-z0-9{re.escape(_URI_CHARACTERS)}]*")
_WEB_ADDRESS: Final = re.compile(r"https?://([A-Za-z0-9]|\[[0-9A-Fa-f:.]+\])", re.ASCII)

# Characters that end a line somewhere become our own line end; all other control characters, and halves of surrogate
# pairs, which no encoding can write, are left out.
_UNWANTED: Final = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)))
_ESCAPES: Final = {
    **_UNWANTED,
    **dict.fromkeys(map(ord, "\n\x85\u2028\u2029"), "\\n"),
    **{ord(character): f"\\{character}" for character in "\\;,"},
}


@lru_cache(maxsize=4096)
def escaped(text: str) -> str:
    """The text as a value of type TEXT: it cannot end its line, begin another property or add a value."""
    return text.replace("\r\n", "\n").replace("\r", "\n").translate(_ESCAPES)


def is_web_address(text: str) -> bool:
    """Whether this is an absolute http or https address; no other scheme gets into a calendar."""
    return _WEB_ADDRESS.match(text) is not None


def uri(text: str) -> str:
    """The text as a value of type URI: what no address may hold is percent-encoded."""
    if _URI.fullmatch(text):
        return text
    return quote(text.translate(_UNWANTED), safe=_URI_CHARACTERS)


def line(content: str) -> str:
    """The content line with its end, folded where it is longer than 75 octets, never inside a character."""
    if len(content) <= LONGEST and content.isascii():
        return content + END
    return _folded(content.encode()).decode()


def _folded(content: bytes) -> bytes:
    parts: list[bytes] = []
    start, room = 0, LONGEST
    while len(content) - start > room:
        cut = start + room
        while content[cut] & 0xC0 == 0x80:  # inside a character of several octets
            cut -= 1
        parts.append(content[start:cut])
        start, room = cut, LONGEST - 1  # the space that begins a further line counts
    parts.append(content[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def moment(instant: datetime) -> str:
    """The instant in UTC, to the second."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def wall_time(local: datetime) -> str:
    """The wall time, to the second, without its zone."""
    return local.strftime("%Y%m%dT%H%M%S")


def offset(value: timedelta) -> str:
    """An offset from UTC as ±hhmm, with seconds where it has some; zero is +0000."""
    seconds = int(value.total_seconds())
    minutes, rest = divmod(abs(seconds), 60)
    text = f"{'-' if seconds < 0 else '+'}{minutes // 60:02}{minutes % 60:02}"
    return f"{text}{rest:02}" if rest else text


def duration(value: timedelta) -> str:
    """A duration of whole minutes as RFC 5545 writes it."""
    minutes = int(value.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes or not hours else "")
