"""Values that come in: ids become keys, texts are checked, and what is wrong is named by its path."""

import unicodedata
from collections.abc import Sequence
from typing import TypeVar

from api.errors import CodedError, ErrorCode
from api.ids import key_of

T = TypeVar("T")
MOST_IDS = 100
LONGEST_NOTE = 4000
LONGEST_KEY = 200
LONGEST_WORD = 100
LINE_SIGNS = frozenset("\n\r\t")


class InputRefused(CodedError):
    """A value that came in is not good; `path` leads to it, in a mutation from `input`. There it becomes InvalidInput."""

    def __init__(self, message: str, *path: str) -> None:
        super().__init__(ErrorCode.INVALID_INPUT, message, path=list(path))
        self.path = path


def key(text: str, type_name: str, *path: str) -> int:
    """The key of an id of this type. Raises InputRefused for any other text."""
    found = key_of(text, type_name)
    if found is None:
        raise InputRefused(f"This is not the id of a {type_name}.", *path)
    return found


def keys(texts: Sequence[str], type_name: str, name: str) -> tuple[int, ...]:
    """The keys of at most 100 ids of this type. Raises InputRefused that names the first one that is none."""
    return tuple(key(text, type_name, name, str(place)) for place, text in enumerate(bounded(texts, MOST_IDS, name)))


def bounded(values: Sequence[T], most: int, *path: str) -> Sequence[T]:
    """The same list, if it is not too long. Raises InputRefused."""
    if len(values) > most:
        raise InputRefused(f"At most {most}.", *path)
    return values


def key_or_none(text: str | None, type_name: str, argument: str) -> int | None:
    """The key of an id that a query may be given. Raises CodedError INVALID_INPUT for any other text."""
    if text is None:
        return None
    found = key_of(text, type_name)
    if found is None:
        raise CodedError(ErrorCode.INVALID_INPUT, f"This is not the id of a {type_name}.", argument=argument)
    return found


def words(text: str | None, *path: str, longest: int = LONGEST_NOTE) -> str | None:
    """Text of a person, if there is any: printable, of a bounded length. Raises InputRefused."""
    if text is None:
        return None
    if len(text) > longest:
        raise InputRefused(f"At most {longest} characters.", *path)
    if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in LINE_SIGNS for letter in text):
        raise InputRefused("Control characters and half surrogate pairs cannot be stored.", *path)
    return text


def word(text: str | None, *path: str) -> str | None:
    """A short name, such as a reason or a claim. Raises InputRefused."""
    return words(text, *path, longest=LONGEST_WORD)
