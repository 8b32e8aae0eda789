"""Refresh tokens at rest: sealed to the person they belong to (CALENDAR 24).

A sealed token is: one byte of format, eight bytes naming the key, twelve of nonce, then AES-256-GCM's ciphertext and
tag. Organisation, person and key name are authenticated, so that a row copied to another person does not open.
"""

from hashlib import sha256
from os import urandom
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.keyring import Keyring

_FORMAT: Final = b"\x01"
_KEY_NAME: Final = slice(1, 9)
_NONCE: Final = slice(9, 21)
_SEALED: Final = slice(21, None)


class Unreadable(Exception):
    """The sealed token belongs to another person, another key, or was altered."""


class Vault:
    """Seals with the newest secret and opens what any of the given secrets sealed."""

    def __init__(self, current: Keyring, *earlier: Keyring) -> None:
        keys = [keyring.key("google/refresh-token") for keyring in (current, *earlier)]
        self._keys = {_name(key): AESGCM(key) for key in reversed(keys)}
        self._current = _name(keys[0])

    def seal(self, token: str, *, organisation: int, person: int) -> bytes:
        """The token as bytes that only this person's row, and only a holder of the secret, can open."""
        nonce = urandom(12)
        bound_to = _bound_to(organisation, person, self._current)
        ciphertext = self._keys[self._current].encrypt(nonce, token.encode(), bound_to)
        return _FORMAT + self._current + nonce + ciphertext

    def open(self, sealed: bytes, *, organisation: int, person: int) -> str:
        """The token again. Raises Unreadable."""
        name = sealed[_KEY_NAME]
        if sealed[:1] != _FORMAT or name not in self._keys:
            raise Unreadable
        try:
            opened = self._keys[name].decrypt(sealed[_NONCE], sealed[_SEALED], _bound_to(organisation, person, name))
        except (InvalidTag, ValueError):
            raise Unreadable from None
        return opened.decode()

    def is_current(self, sealed: bytes) -> bool:
        """Whether the newest secret sealed it; if not, opening and sealing again rotates the key."""
        return sealed[:1] == _FORMAT and sealed[_KEY_NAME] == self._current


def _name(key: bytes) -> bytes:
    return sha256(b"fortnight/key-name" + key).digest()[:8]


def _bound_to(organisation: int, person: int, name: bytes) -> bytes:
    return b"google/refresh-token|%d|%d|" % (organisation, person) + name
