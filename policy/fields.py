"""One table of a document, read field by field: a wrong value and an unknown name are errors that say where they are."""

from collections.abc import Mapping
from typing import Any

from policy.parameters import PolicyError, Read

LARGEST_TABLE = 100


def table_at(raw: Any, *path: str) -> Mapping[str, Any]:
    """The raw value as a table. Raises PolicyError for anything else, and for one that is too large to be a policy's."""
    if not isinstance(raw, dict):
        raise PolicyError("a table is wanted", *path)
    if len(raw) > LARGEST_TABLE:
        raise PolicyError(f"at most {LARGEST_TABLE} entries are wanted", *path)
    return {str(name): value for name, value in raw.items()}


def read_at(read: Read, raw: Any, *path: str) -> Any:
    """The typed value. Raises PolicyError with the path for a value that cannot be read."""
    try:
        return read(raw)
    except ValueError as fault:
        raise PolicyError(str(fault), *path) from None


class Fields:
    """A table of which each field is read once, by name; `finish` refuses what nobody asked for."""

    def __init__(self, raw: Any, *path: str) -> None:
        self._raw = dict(table_at(raw, *path))
        self.path = path

    def need(self, name: str, read: Read) -> Any:
        """A field that must be there."""
        if name not in self._raw:
            raise PolicyError("is missing", *self.path, name)
        return read_at(read, self._raw.pop(name), *self.path, name)

    def get(self, name: str, read: Read, default: Any = None) -> Any:
        """A field that may be left out."""
        return self.need(name, read) if name in self._raw else default

    def finish(self) -> None:
        """Nothing else stands in the table."""
        for name in self._raw:
            raise PolicyError("is not known", *self.path, name)
