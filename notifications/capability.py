"""Text that only we can have written, as a token for an address: who holds it may do what it says and no more."""

import hmac
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from hashlib import sha256
from typing import Final

from models.keyring import Keyring

_SIGNATURE: Final = 32
_LONGEST: Final = 512


class NotOurs(Exception):
    """The token was altered, cut, made for another purpose, or never ours."""


def seal(keyring: Keyring, purpose: str, text: str) -> str:
    """The token that says `text` for this purpose; `text` is not secret, but cannot be changed."""
    payload = text.encode()
    return _plain(payload + _sign(keyring, purpose, payload))


def unseal(keyring: Keyring, purpose: str, token: str) -> str:
    """The text of a token that was sealed for this purpose, compared in constant time. Raises NotOurs."""
    raw = _raw(token)
    payload, signature = raw[:-_SIGNATURE], raw[-_SIGNATURE:]
    if not hmac.compare_digest(signature, _sign(keyring, purpose, payload)):
        raise NotOurs
    return payload.decode()


def _sign(keyring: Keyring, purpose: str, payload: bytes) -> bytes:
    return hmac.digest(keyring.key(purpose), payload, sha256)


def _plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(token: str) -> bytes:
    """The bytes of a token in the one spelling that we write. Raises NotOurs."""
    if len(token) > _LONGEST:
        raise NotOurs
    try:
        raw = b64decode(token.encode("ascii") + b"=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (Error, ValueError):
        raise NotOurs from None
    if _plain(raw) != token:
        raise NotOurs
    return raw
