"""Words that people gave us cannot end a line, a header or the direction of what follows."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from notifications.safe import isolated, line, paragraph

ANY_WORDS = st.text(st.characters(exclude_categories=()))


@given(ANY_WORDS)
def test_a_line_is_one_line_without_control_characters(words: str) -> None:
    cleaned = line(words)
    assert len(cleaned.splitlines()) <= 1
    assert not any(unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") for letter in cleaned)
    assert cleaned.encode().decode() == cleaned
    assert len(cleaned) <= 200


@given(ANY_WORDS)
def test_cleaning_twice_is_cleaning_once(words: str) -> None:
    assert line(line(words)) == line(words)
    assert paragraph(paragraph(words)) == paragraph(words)


@given(ANY_WORDS)
def test_a_paragraph_never_has_two_empty_lines_together(words: str) -> None:
    assert "\n\n\n" not in paragraph(words)


def test_a_line_break_becomes_a_space_and_a_control_character_nothing() -> None:
    assert line(" Ma\r\nBcc:\tx\x00\x1b[31m ") == "Ma Bcc: x[31m"


def test_marks_of_direction_and_invisible_ones_are_left_out() -> None:
    assert line("E\u202ev\u2066a\u2069\u200f\u200b\ufeff") == "Eva"


def test_composed_emoji_and_persian_joiners_are_kept() -> None:
    assert line("👩‍👩‍👧") == "👩‍👩‍👧"
    assert isolated("می‌خواهم") == "\u2068می‌خواهم\u2069"


def test_a_long_line_is_cut_with_an_ellipsis() -> None:
    assert line("a" * 300, longest=10) == "aaaaaaaaa…"


def test_a_name_from_left_to_right_needs_no_isolate() -> None:
    assert isolated("Zoë 😀") == "Zoë 😀"
