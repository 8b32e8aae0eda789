"""Channels as we make them, and what a message on one is worth (CALENDAR 28)."""

from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.google.endpoints import GoogleEndpoints
from calendar_sync.google.watching import (
    LASTS,
    OVERLAP,
    Told,
    can_be_told,
    channel_id,
    channel_token,
    is_due,
    told,
)
from models.keyring import Keyring

KEYRING = Keyring(b"only for tests: thirty-two bytes or more")
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
CHANNEL = channel_id(7, 11, b"0123456789abcdef")
HEADERS = {
    "x-goog-channel-id": CHANNEL,
    "x-goog-channel-token": channel_token(KEYRING, CHANNEL),
    "x-goog-resource-id": "resource",
    "x-goog-resource-state": "exists",
    "x-goog-message-number": "3",
}
LIVE = GoogleEndpoints(client_id="id", client_secret="secret")
DOUBLE = GoogleEndpoints.loopback("http://127.0.0.1:8001")


def test_a_message_with_the_channels_token_says_whose_calendar_has_changed():
    assert told(KEYRING, HEADERS) == Told(
        organisation_id=7, person_id=11, channel_id=CHANNEL, resource_id="resource", number="3", changed=True
    )


def test_the_first_message_only_says_that_the_channel_works():
    heard = told(KEYRING, {**HEADERS, "x-goog-resource-state": "sync"})
    assert heard is not None
    assert not heard.changed


@pytest.mark.parametrize(
    "wrong",
    [
        {"x-goog-channel-token": ""},
        {"x-goog-channel-token": channel_token(KEYRING, CHANNEL)[:-1]},
        {"x-goog-channel-token": channel_token(Keyring(b"another secret: thirty-two bytes or more"), CHANNEL)},
        {"x-goog-channel-token": "ä" * 43},
        {"x-goog-channel-id": channel_id(7, 12, b"0123456789abcdef")},
        {"x-goog-resource-state": "unheard of"},
    ],
)
def test_any_other_message_says_nothing(wrong: dict[str, str]):
    assert told(KEYRING, HEADERS | wrong) is None


def test_a_token_has_256_bits_and_each_channel_its_own():
    other = channel_id(7, 11, b"fedcba9876543210")
    assert len(channel_token(KEYRING, CHANNEL)) == 43
    assert channel_token(KEYRING, CHANNEL) != channel_token(KEYRING, other)
    assert len(CHANNEL) <= 64


def test_a_channel_is_replaced_a_day_before_its_end_and_not_sooner():
    assert is_due(None, real_now=NOW)
    assert not is_due(NOW + OVERLAP, real_now=NOW)
    assert is_due(NOW + OVERLAP - timedelta(seconds=1), real_now=NOW)
    assert LASTS > 2 * OVERLAP


def test_google_is_given_an_https_address_only_and_a_double_one_of_this_machine():
    assert can_be_told("https://fortnight.example.com/google/notifications", LIVE)
    assert not can_be_told("http://fortnight.example.com/google/notifications", LIVE)
    assert not can_be_told("http://127.0.0.1:8000/google/notifications", LIVE)
    assert can_be_told("http://127.0.0.1:8000/google/notifications", DOUBLE)
    assert not can_be_told(None, DOUBLE)
    assert not can_be_told("https://fortnight.example.com/google/notifications", DOUBLE)
