"""Global ids: opaque text made of a type and a key. They are no secret; access is always checked."""

import re
from base64 import b64decode, urlsafe_b64encode
from binascii import Error

LARGEST_KEY = 2**63 - 1
_LONGEST = 100
_NAME = re.compile(r"[A-Z][A-Za-z]{0,39}")
_KEY = re.compile(r"[1-9][0-9]{0,18}")


def global_id(type_name: str, key: int) -> str:
    """The id of an object of this type, base64url without padding; the same object always has the same id."""
    return urlsafe_b64encode(f"{type_name}:{key}".encode()).decode().rstrip("=")


def parse_id(text: str) -> tuple[str, int] | None:
    """The type and key of an id in the one spelling that we write, or None for anything else."""
    if not text.isascii() or len(text) > _LONGEST:
        return None
    try:
        raw = b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True).decode()
    except (Error, UnicodeDecodeError):
        return None
    name, _, key = raw.partition(":")
    if (
        not _NAME.fullmatch(name)
        or not _KEY.fullmatch(key)
        or int(key) > LARGEST_KEY
        or global_id(name, int(key)) != text
    ):
        return None
    return name, int(key)


def key_of(text: str, type_name: str) -> int | None:
    """The key of an id of this type, or None for an id of another type or no id at all."""
    parsed = parse_id(text)
    return parsed[1] if parsed is not None and parsed[0] == type_name else None
