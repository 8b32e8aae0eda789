"""What counts as words: something that whoever reads it can see."""

import pytest

from policy.texts import says_nothing


@pytest.mark.parametrize(
    "text", [None, "", " \t\r\n", "\u00a0\u3000\u2028", "\u200b\u200c\u200d\u2060\ufeff", "\u0301"]
)
def test_what_shows_nothing_says_nothing(text: str | None):
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["\u115f", "\u3164\u3164", "\uffa0", "\u2800", "\u202e\u202c", "\u0000", "\ufe0f"])
def test_signs_that_only_seem_to_be_letters_say_nothing(text: str):
    assert says_nothing(text)


@pytest.mark.parametrize(
    "text", ["x", " . ", "0", "\u200bno\u200b", "\u4f60\u597d", "e\u0301", "\U0001f44d\ufe0f", "\u0645", "\u3164!"]
)
def test_whatever_is_seen_says_something(text: str):
    assert not says_nothing(text)
