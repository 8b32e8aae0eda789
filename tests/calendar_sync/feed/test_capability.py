"""The address of a feed (CALENDAR 41)."""

from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_sync.feed import FeedOptions, Names, feed_url, webcal_url
from calendar_sync.feed.capability import Capability, read_capability, write_capability
from models.keyring import Keyring

KEYRING = Keyring(b"only for tests: thirty-two bytes or more")
MINE = Capability(organisation_id=3, person_id=17, generation=2, options=FeedOptions())


@st.composite
def capabilities(draw: st.DrawFn) -> Capability:
    minutes = draw(st.none() | st.integers(1, 99_999))
    return Capability(
        organisation_id=draw(st.integers(1, 2**63 - 1)),
        person_id=draw(st.integers(1, 2**63 - 1)),
        generation=draw(st.integers(1, 2**31 - 1)),
        options=FeedOptions(
            names=draw(st.sampled_from(Names)),
            alarm=None if minutes is None else timedelta(minutes=minutes),
            days_ahead=draw(st.none() | st.integers(1, 400)),
            kinds=tuple(sorted(draw(st.sets(st.integers(1, 2**62), max_size=10)))),
        ),
    )


@given(capabilities())
def test_an_address_is_read_back_as_it_was_written(capability: Capability) -> None:
    assert read_capability(KEYRING, write_capability(KEYRING, capability)) == capability


@given(capabilities(), capabilities())
def test_two_feeds_never_share_an_address(one: Capability, other: Capability) -> None:
    assert (write_capability(KEYRING, one) == write_capability(KEYRING, other)) == (one == other)


@given(capabilities(), st.data())
def test_one_different_character_anywhere_opens_nothing(capability: Capability, data: st.DataObject) -> None:
    text = write_capability(KEYRING, capability)
    place = data.draw(st.integers(0, len(text) - 1))
    character = data.draw(st.characters().filter(lambda one: one != text[place]))
    assert read_capability(KEYRING, text[:place] + character + text[place + 1 :]) is None


@given(st.text())
def test_what_we_did_not_write_opens_nothing(text: str) -> None:
    assert read_capability(KEYRING, text) is None


@pytest.mark.parametrize(
    "change", [str.upper, lambda text: text + "=", lambda text: "0" + text, lambda text: text + "\n"]
)
def test_there_is_one_spelling(change: Callable[[str], str]) -> None:
    assert read_capability(KEYRING, change(write_capability(KEYRING, MINE))) is None


def test_another_server_secret_opens_nothing() -> None:
    assert read_capability(Keyring(b"another secret of thirty-two bytes"), write_capability(KEYRING, MINE)) is None


def test_the_proof_has_192_bits_and_stands_for_each_part_of_the_claim() -> None:
    claim, proof = write_capability(KEYRING, MINE).split(".")
    assert claim == "3-17-2-f"
    assert len(urlsafe_b64decode(proof)) == 24
    for other in ("4-17-2-f", "3-18-2-f", "3-17-3-f", "3-17-2-i", "3-17-2-f5", "31-7-2-f"):
        assert read_capability(KEYRING, f"{other}.{proof}") is None


def test_the_address_is_shown_in_both_forms_and_is_the_same_again() -> None:
    bases = ("https://fortnight.example.com/base/", "https://fortnight.example.com/base")
    url, again = (feed_url(KEYRING, base, organisation_id=3, person_id=17, generation=2) for base in bases)
    assert url == again
    assert url == f"https://fortnight.example.com/base/feeds/{write_capability(KEYRING, MINE)}.ics"
    assert webcal_url(url) == "webcal" + url.removeprefix("https")
    assert webcal_url("http://127.0.0.1:8000/feeds/x.ics") == "webcal://127.0.0.1:8000/feeds/x.ics"


@pytest.mark.parametrize("alarm", [timedelta(0), timedelta(seconds=90), -timedelta(minutes=5), timedelta(days=70)])
def test_an_alarm_is_whole_minutes_before_the_start(alarm: timedelta) -> None:
    with pytest.raises(ValueError, match="whole minutes"):
        FeedOptions(alarm=alarm)


@pytest.mark.parametrize(
    "options",
    [{"days_ahead": 0}, {"days_ahead": 401}, {"kinds": (2, 1)}, {"kinds": (1, 1)}, {"kinds": tuple(range(1, 12))}],
)
def test_an_address_says_only_what_a_feed_can_be(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"days ahead|kinds"):
        FeedOptions(**options)
