"""Global ids: opaque, stable, and read in the one spelling that we write."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.ids import LARGEST_KEY, global_id, key_of, parse_id


@given(name=st.from_regex(r"[A-Z][A-Za-z]{0,20}", fullmatch=True), key=st.integers(1, LARGEST_KEY))
def test_an_id_leads_back_to_its_type_and_key(name: str, key: int) -> None:
    assert parse_id(global_id(name, key)) == (name, key)


@given(st.text(max_size=120))
def test_any_other_text_is_no_id(text: str) -> None:
    parsed = parse_id(text)
    assert parsed is None or global_id(*parsed) == text


@pytest.mark.parametrize(
    "raw",
    [b"Session:0", b"Session:01", b"Session:-1", b"Session:", b":1", b"session:1", b"Session:1\x00", b"Session: 1",
     b"Session:9223372036854775808", "Sessión:1".encode(), b"Session:1:1", b"\xff\xfe"],
)  # fmt: skip
def test_a_key_is_a_positive_bigint_and_a_type_is_a_name(raw: bytes) -> None:
    assert parse_id(urlsafe_b64encode(raw).decode().rstrip("=")) is None


@pytest.mark.parametrize("spelling", ["{}=", "{}==", " {}", "{} ", "{}A"])
def test_an_id_has_one_spelling(spelling: str) -> None:
    assert parse_id(spelling.format(global_id("Session", 12))) is None


def test_an_id_of_another_type_has_no_key() -> None:
    assert key_of(global_id("Person", 1), "Session") is None
    assert key_of(global_id("Session", 1), "Session") == 1
