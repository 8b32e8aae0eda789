"""Words that people gave us, made harmless for a line of text, a header or a paragraph; markup is escaped by the templates."""

import re
import unicodedata
from typing import Final

_DIRECTIONS: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows them, also outside the words that they came with."""
_INVISIBLE: Final = frozenset("\u00ad\u200b\u2060\ufeff")
_SPACES: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")
_RIGHT_TO_LEFT: Final = frozenset({"R", "AL", "AN"})
LONGEST_LINE: Final = 200
LONGEST_PARAGRAPH: Final = 4000


def line(words: str, *, longest: int = LONGEST_LINE) -> str:
    """The words on one line, without control characters and marks of direction, at most `longest` characters."""
    spaced = "".join(" " if _breaks(letter) else letter for letter in words)
    kept = _SPACES.sub(" ", _visible(spaced)).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def paragraph(words: str, *, longest: int = LONGEST_PARAGRAPH) -> str:
    """The words with their line breaks, otherwise cleaned as `line` does."""
    rows = [line(row, longest=longest) for row in words.splitlines()]
    kept = _BLANK_LINES.sub("\n\n", "\n".join(rows)).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def isolated(words: str) -> str:
    """A line whose direction does not reach what stands around it: in isolates where it is written from right to left."""
    cleaned = line(words)
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in cleaned):
        return f"\u2068{cleaned}\u2069"
    return cleaned


def _visible(words: str) -> str:
    # Joiners (U+200C, U+200D) stay: Persian words and composed emoji need them.
    return "".join(letter for letter in words if letter not in _DIRECTIONS | _INVISIBLE and not _is_control(letter))


def _breaks(letter: str) -> bool:
    return letter in "\t\n\v\f\r\x1c\x1d\x1e\x85" or unicodedata.category(letter) in ("Zl", "Zp")


def _is_control(letter: str) -> bool:
    """Control characters, and halves of surrogate pairs, which no encoding takes."""
    return unicodedata.category(letter) in ("Cc", "Cs")
