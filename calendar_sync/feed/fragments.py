"""The texts of events that were written before, kept in bounded memory (CALENDAR 43)."""

from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final

LIMIT: Final = 64 * 1024 * 1024
_OVERHEAD: Final = 200
"""What an entry costs besides its text, roughly."""


class Fragments:
    """Texts by a key that says everything they are written from: a text is either right or not there.

    Two generations of half the limit each: what nobody asked for during a whole generation is forgotten.
    """

    __slots__ = ("_half", "_lock", "_old", "_size", "_young")

    def __init__(self, *, limit: int = LIMIT) -> None:
        """At most about `limit` bytes are held."""
        self._half = limit // 2
        self._young: dict[bytes, bytes] = {}
        self._old: dict[bytes, bytes] = {}
        self._size = 0
        self._lock = Lock()

    def known(self, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The texts of those keys that are held."""
        with self._lock:
            found = {key: self._young[key] for key in keys if key in self._young}
            if len(found) < len(keys) and self._old:
                old = [(key, self._old[key]) for key in keys if key not in found and key in self._old]
                found.update(old)
                self._add(old)
        return found

    def keep(self, texts: Iterable[tuple[bytes, bytes]]) -> None:
        """The texts are held from now on, as long as there is room."""
        with self._lock:
            self._add(texts)

    def _add(self, texts: Iterable[tuple[bytes, bytes]]) -> None:
        for key, text in texts:
            self._young[key] = text
            self._size += len(key) + len(text) + _OVERHEAD
            if self._size > self._half:
                self._old, self._young, self._size = self._young, {}, 0
