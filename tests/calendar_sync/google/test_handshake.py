"""The state of a consent: signed, for one person, for one browser, for a short while (CALENDAR 23)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

import pytest

from calendar_sync.google.handshake import Handshake, StateRefused, begin, finish
from models.keyring import Keyring

KEYRING = Keyring(b"only for tests: thirty-two bytes or more")
OTHER = Keyring(b"another secret: thirty-two bytes or more")
NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
ENDS = NOW + timedelta(minutes=10)


def begun(*, person: int = 7, nonce: bytes = b"n" * 16) -> Handshake:
    return begin(KEYRING, organisation=3, person=person, expires_at=ENDS, nonce=nonce)


def finished(state: str, *, cookie: str | None = None, now: datetime = NOW, keyring: Keyring = KEYRING) -> Handshake:
    return finish(keyring, state=state, begun_with=state if cookie is None else cookie, now=now)


def test_the_state_brings_back_who_it_was_for():
    assert finished(begun().state) == begun()


def test_the_state_is_good_until_one_second_before_its_end():
    state = begun().state
    assert finished(state, now=ENDS - timedelta(seconds=1)).person == 7
    for now in (ENDS, ENDS + timedelta(seconds=1)):
        with pytest.raises(StateRefused):
            finished(state, now=now)


def test_a_browser_that_did_not_begin_is_refused():
    state = begun().state
    for cookie in ("", begun(nonce=b"m" * 16).state, state + "=", state[:-1]):
        with pytest.raises(StateRefused):
            finished(state, cookie=cookie)


def test_a_state_signed_by_another_secret_is_refused():
    with pytest.raises(StateRefused):
        finished(begun().state, keyring=OTHER)


@pytest.mark.parametrize(
    "state", ["", "x", "nonsense", "ä", "=" * 9, urlsafe_b64encode(b"3.7.1.00" + b"s" * 32).decode()]
)
def test_what_is_no_state_is_refused(state: str):
    with pytest.raises(StateRefused):
        finished(state)


def test_no_bit_of_a_state_can_be_changed():
    state = begun().state
    raw = bytearray(urlsafe_b64decode(state + "=" * (-len(state) % 4)))
    for place in range(len(raw)):
        changed = bytes(raw[:place]) + bytes([raw[place] ^ 1]) + bytes(raw[place + 1 :])
        with pytest.raises(StateRefused):
            finished(urlsafe_b64encode(changed).decode().rstrip("="))


def test_the_verifier_is_pkces_and_nobody_can_guess_it_from_the_state():
    one, two, three = begun(), begun(nonce=b"m" * 16), begun(person=8)
    assert len({one.code_verifier, two.code_verifier, three.code_verifier}) == 3
    assert 43 <= len(one.code_verifier) <= 128
    assert one.code_verifier not in one.state
    forged = begin(OTHER, organisation=3, person=7, expires_at=ENDS, nonce=b"n" * 16)
    assert forged.code_verifier != one.code_verifier


def test_a_short_nonce_is_refused():
    with pytest.raises(ValueError, match="16 bytes"):
        begun(nonce=b"n" * 15)


def test_a_handshake_shows_neither_state_nor_verifier():
    handshake = begun()
    assert handshake.state not in repr(handshake)
    assert handshake.code_verifier not in repr(handshake)
