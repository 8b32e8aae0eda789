"""Tokens: ours, for this audience, not expired, with the one algorithm."""

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest

from api.auth import AUDIENCE, Bearer, TokenRefused, issue_token, verify_token
from models.keyring import Keyring

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {"org": 3, "sub": "7", "aud": AUDIENCE, "exp": int((NOW + timedelta(hours=1)).timestamp())}


def test_a_token_names_its_organisation_and_person(keyring: Keyring) -> None:
    token = issue_token(keyring, organisation_id=3, person_id=7, expires_at=NOW + timedelta(hours=1), issued_at=NOW)
    assert verify_token(keyring, token, real_now=NOW) == Bearer(organisation_id=3, person_id=7)


def test_a_token_is_good_until_just_before_it_expires(keyring: Keyring) -> None:
    token = issue_token(keyring, organisation_id=3, person_id=7, expires_at=NOW)
    assert verify_token(keyring, token, real_now=NOW - timedelta(microseconds=1)).person_id == 7
    with pytest.raises(TokenRefused):
        verify_token(keyring, token, real_now=NOW)


def test_a_token_of_another_secret_is_refused(keyring: Keyring) -> None:
    token = issue_token(Keyring(b"another secret of at least 32 bytes"), organisation_id=3, person_id=7, expires_at=NOW)
    with pytest.raises(TokenRefused):
        verify_token(keyring, token, real_now=NOW - timedelta(hours=1))


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": None},
        {"org": "3"},
        {"org": None},
        {"sub": 7},
        {"sub": ""},
        {"sub": "७"},
        {"sub": "-7"},
        {"exp": None},
        {"exp": "soon"},
    ],
)
def test_a_token_says_everything_in_the_one_way(keyring: Keyring, changed: dict[str, Any]) -> None:
    claims = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    token = jwt.encode(claims, keyring.key("api/token"), algorithm="HS256")
    with pytest.raises(TokenRefused):
        verify_token(keyring, token, real_now=NOW)


def test_no_other_algorithm_is_accepted(keyring: Keyring) -> None:
    unsigned = jwt.encode(GOOD, "", algorithm="none")
    longer = jwt.encode(GOOD, keyring.key("api/token") * 2, algorithm="HS512")
    for token in (unsigned, longer, "", "a.b.c", "x" * 5000, "ü.ü.ü"):
        with pytest.raises(TokenRefused):
            verify_token(keyring, token, real_now=NOW)


def test_a_key_of_another_purpose_signs_no_token(keyring: Keyring) -> None:
    token = jwt.encode(GOOD, keyring.key("feed"), algorithm="HS256")
    with pytest.raises(TokenRefused):
        verify_token(keyring, token, real_now=NOW)
