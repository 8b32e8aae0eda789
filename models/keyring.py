"""One server secret, one key per purpose."""

from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SHORTEST_SECRET: Final = 32


class Keyring:
    """The server secret; what it signs or seals uses a key derived for that purpose alone."""

    __slots__ = ("_secret",)

    def __init__(self, secret: bytes) -> None:
        """Raises ValueError for a secret of less than 32 bytes."""
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(f"the server secret needs at least {SHORTEST_SECRET} bytes")
        self._secret = secret

    def key(self, label: str) -> bytes:
        """The 32 bytes that belong to `label`: always the same, and no hint at the key of another label (HKDF-SHA256)."""
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"fortnight/{label}".encode()).derive(self._secret)
