"""Content lines (CALENDAR 37)."""

from datetime import timedelta

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.feed.lines import duration, escaped, is_web_address, line, offset, uri

ANY_TEXT = st.text(st.characters(), max_size=200)


def unfolded(folded: str) -> str:
    return folded.replace("\r\n ", "").removesuffix("\r\n")


def test_a_line_of_75_octets_stays_whole_and_one_more_is_folded() -> None:
    assert line("x" * 75) == "x" * 75 + "\r\n"
    assert line("x" * 76) == "x" * 75 + "\r\n x\r\n"
    assert line("x" * 150) == "x" * 75 + "\r\n " + "x" * 74 + "\r\n x\r\n"


def test_a_character_is_never_cut() -> None:
    assert line("x" * 74 + "é") == "x" * 74 + "\r\n é\r\n"
    assert line("x" * 72 + "🧗") == "x" * 72 + "\r\n 🧗\r\n"


@given(ANY_TEXT)
def test_no_folded_line_is_longer_than_75_octets_and_nothing_is_lost(text: str) -> None:
    content = "SUMMARY:" + escaped(text)
    folded = line(content)
    assert all(len(part.encode()) <= 75 for part in folded.split("\r\n"))
    assert unfolded(folded) == content


@given(ANY_TEXT)
def test_a_text_can_neither_end_its_line_nor_leave_a_control_character(text: str) -> None:
    written = escaped(text)
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in written)
    assert not set(written) & {"\u2028", "\u2029"}
    assert len(written.splitlines()) <= 1
    written.encode()


@given(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=200))
def test_a_parser_reads_back_what_was_written(text: str) -> None:
    content = f"BEGIN:VEVENT\r\n{line('SUMMARY:' + escaped(text))}END:VEVENT\r\n"
    assert icalendar.Event.from_ical(content)["SUMMARY"] == text


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("one;two,three\\four", "one\\;two\\,three\\\\four"),
        ("one\r\ntwo\rthree\nfour", "one\\ntwo\\nthree\\nfour"),
        ("one\x85two\u2028three\u2029four", "one\\ntwo\\nthree\\nfour"),
        ("tab\tbell\x07null\x00delete\x7fhalf\ud800", "tabbellnulldeletehalf"),
        ("Zoë 🧗🏽‍♀️ שלום", "Zoë 🧗🏽‍♀️ שלום"),
    ],
)
def test_texts_are_escaped(text: str, written: str) -> None:
    assert escaped(text) == written


def test_an_address_cannot_break_out_of_its_line() -> None:
    assert uri("https://meet.example/a b\r\nATTENDEE:mailto:x") == "https://meet.example/a%20bATTENDEE:mailto:x"
    assert uri('https://meet.example/"<é>') == "https://meet.example/%22%3C%C3%A9%3E"
    assert uri("https://meet.example/a%20b?q=1&r=2#s") == "https://meet.example/a%20b?q=1&r=2#s"


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "data:text/html,x", "https:", "https://[", "//example.com", ""]
)
def test_only_web_addresses_are_addresses(text: str) -> None:
    assert not is_web_address(text)
    assert is_web_address("https://meet.google.com/abc-defg-hij")
    assert is_web_address("http://127.0.0.1:8000/join/x")
    assert is_web_address("http://[::1]:8000/join/x")


def test_offsets_carry_their_sign_and_zero_is_positive() -> None:
    hours = timedelta(hours=1)
    assert [offset(n * hours) for n in (0, 1, -1, 5.75, -9.5)] == ["+0000", "+0100", "-0100", "+0545", "-0930"]
    assert offset(-timedelta(minutes=44, seconds=30)) == "-004430"


def test_durations_are_hours_and_minutes() -> None:
    minutes = timedelta(minutes=1)
    assert [duration(n * minutes) for n in (0, 15, 60, 90, 1440)] == ["PT0M", "PT15M", "PT1H", "PT1H30M", "PT24H"]
