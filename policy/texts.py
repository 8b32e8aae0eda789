"""Whether what somebody wrote can be seen by whoever reads it."""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp", "Zs"})
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and a symbol by their category that show nothing: four Hangul fillers and the empty Braille pattern."""


def says_nothing(text: str | None) -> bool:
    """Whether nothing of it is seen: no text, or one of spaces, controls, zero-width signs and marks on nothing alone."""
    return all(unicodedata.category(letter) in _UNSEEN or letter in _BLANK_LETTERS for letter in text or "")
