"""The issuer's keys: kept, renewed, replaced when it rotates, and good for a while when it is away."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from api.oidc.fetch import IssuerUnreachable
from api.oidc.keys import FRESH, LONGEST, PAUSE, Keys, read_keys
from tests.support.oidc_issuer import KEYS, OidcIssuer

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_keys_are_asked_for_once_and_kept(issuer: OidcIssuer, keys: Keys) -> None:
    assert keys.at_hand(issuer.key.name, now=NOW) is None
    found = keys.find(issuer.key.name, now=NOW)
    assert found is not None
    assert found.algorithms == ("ES256",)
    assert keys.find(issuer.key.name, now=NOW + FRESH - TICK) is found
    assert keys.at_hand(issuer.key.name, now=NOW + FRESH - TICK) is found
    assert issuer.asked[KEYS] == 1


def test_keys_are_asked_for_again_when_they_are_no_longer_fresh(issuer: OidcIssuer, keys: Keys) -> None:
    old = issuer.key.name
    keys.find(old, now=NOW)
    issuer.rotate()
    assert keys.at_hand(old, now=NOW + FRESH) is None
    assert keys.find(old, now=NOW + FRESH) is None
    assert keys.find(issuer.key.name, now=NOW + FRESH) is not None
    assert issuer.asked[KEYS] == 2


def test_a_name_that_is_not_known_is_asked_for_once_in_a_while(issuer: OidcIssuer, keys: Keys) -> None:
    keys.find(issuer.key.name, now=NOW)
    issuer.rotate()
    assert keys.find(issuer.key.name, now=NOW + PAUSE - TICK) is None
    assert keys.find(issuer.key.name, now=NOW + PAUSE) is not None
    for name in ("made-up", "another", ""):
        assert keys.find(name, now=NOW + PAUSE + PAUSE - TICK) is None
    assert issuer.asked[KEYS] == 2
    assert keys.find("made-up", now=NOW + PAUSE + PAUSE) is None
    assert issuer.asked[KEYS] == 3


def test_keys_go_on_for_a_day_while_the_issuer_is_away(issuer: OidcIssuer, keys: Keys) -> None:
    found = keys.find(issuer.key.name, now=NOW)
    issuer.status = 503
    assert keys.find(issuer.key.name, now=NOW + FRESH) is found
    assert keys.at_hand(issuer.key.name, now=NOW + FRESH + PAUSE - TICK) is found
    assert keys.at_hand(issuer.key.name, now=NOW + FRESH + PAUSE) is None
    assert keys.find(issuer.key.name, now=NOW + LONGEST - TICK) is found
    assert keys.at_hand(issuer.key.name, now=NOW + LONGEST) is None
    with pytest.raises(IssuerUnreachable):
        keys.find(issuer.key.name, now=NOW + LONGEST)
    issuer.status = 200
    assert keys.find(issuer.key.name, now=NOW + LONGEST + PAUSE) is not None


def test_without_any_keys_nobody_can_be_believed(issuer: OidcIssuer, keys: Keys) -> None:
    issuer.documents[KEYS] = b'{"keys": "none"}'
    for _ in range(3):
        with pytest.raises(IssuerUnreachable):
            keys.find(issuer.key.name, now=NOW)
    assert issuer.asked[KEYS] == 1


def test_keys_that_the_issuer_withdrew_are_gone(issuer: OidcIssuer, keys: Keys) -> None:
    keys.find(issuer.key.name, now=NOW)
    name = issuer.key.name
    issuer.entries.clear()
    assert keys.find(name, now=NOW + FRESH) is None


def test_many_who_need_a_new_key_at_a_time_ask_once(issuer: OidcIssuer, keys: Keys) -> None:
    issuer.gate = threading.Event()
    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(keys.find, issuer.key.name, now=NOW - TICK * place) for place in range(8)]
        issuer.gate.set()
        assert all(one.result() is not None for one in waiting)
    assert issuer.asked[KEYS] == 1


def test_whoever_has_a_known_key_does_not_wait_for_those_who_ask(issuer: OidcIssuer, keys: Keys) -> None:
    found = keys.find(issuer.key.name, now=NOW)
    issuer.gate = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(keys.find, issuer.key.name, now=NOW + FRESH)
        while keys.at_hand(issuer.key.name, now=NOW + FRESH) is None:
            assert not asking.done()
        assert not asking.done()
        issuer.gate.set()
        assert asking.result() is not found


def small() -> dict[str, Any]:
    public = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505  such a key is what is refused
    return {**RSAAlgorithm.to_jwk(public, as_dict=True), "kid": "small"}


def test_only_public_keys_that_sign_are_taken(issuer: OidcIssuer) -> None:
    issuer.entries.clear()
    good = {algorithm: issuer.add(algorithm).name for algorithm in ("RS256", "PS256", "ES256", "ES384", "EdDSA")}
    free = issuer.add("RS256", alg=None, use=None).name
    for changes in ({"use": "enc"}, {"alg": "HS256"}, {"alg": "ES256"}, {"kid": None}, {"n": "!"}, {"kty": "PQ"}):
        issuer.add("RS256", **changes)
    secret = {"kty": "oct", "k": "c2VjcmV0", "kid": "secret", "alg": "HS256"}
    entries = [*issuer.entries, secret, small(), {"kty": "EC", "kid": "empty"}, None, 7]
    found = read_keys({"keys": entries})
    assert {name: key.algorithms for name, key in found.items()} == {
        **{name: (algorithm,) for algorithm, name in good.items()},
        free: ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    }


def test_a_key_set_with_a_private_key_in_it_trusts_it_with_nothing(issuer: OidcIssuer) -> None:
    published = RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048), as_dict=True)
    assert read_keys({"keys": [{**published, "kid": "private"}]}) == {}
