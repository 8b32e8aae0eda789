"""What an issuer publishes is read within limits, and only where nobody can have changed it."""

import json
import threading
from typing import Any

import pytest

from api.oidc.fetch import MOST_BYTES, WELL_KNOWN, IssuerUnreachable, Publications, is_guarded, stays_guarded
from tests.support.oidc_issuer import KEYS, OidcIssuer

DISCOVERY = f"/tenant{WELL_KNOWN}"


def fault_of(publications: Publications) -> str:
    with pytest.raises(IssuerUnreachable) as told:
        publications.key_set()
    return str(told.value)


@pytest.fixture
def publications(issuer: OidcIssuer) -> Publications:
    return Publications(issuer=issuer.url, seconds=0.5)


def test_the_key_set_is_where_the_discovery_document_says(issuer: OidcIssuer, publications: Publications) -> None:
    assert publications.key_set() == {"keys": issuer.entries}
    assert issuer.asked == {DISCOVERY: 1, KEYS: 1}


def test_an_issuer_whose_name_ends_with_a_slash_is_asked_at_the_same_place(issuer: OidcIssuer) -> None:
    issuer.documents[DISCOVERY] = json.dumps({"issuer": f"{issuer.url}/", "jwks_uri": f"{issuer.root}{KEYS}"}).encode()
    assert Publications(issuer=f"{issuer.url}/").key_set() == {"keys": issuer.entries}
    assert fault_of(Publications(issuer=issuer.url)) == "otherIssuer"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        (None, "keysNotGuarded"),
        (7, "keysNotGuarded"),
        ("http://platform.example/keys", "keysNotGuarded"),
        ("file:///etc/passwd", "keysNotGuarded"),
        ("https://[::1", "keysNotGuarded"),
    ],
)
def test_keys_are_fetched_over_a_guarded_way_alone(
    issuer: OidcIssuer, publications: Publications, address: Any, reason: str
) -> None:
    issuer.documents[DISCOVERY] = json.dumps({"issuer": issuer.url, "jwks_uri": address}).encode()
    assert fault_of(publications) == reason


@pytest.mark.parametrize(
    ("url", "guarded"),
    [
        ("https://login.example", True),
        ("http://127.0.0.1:9/x", True),
        ("http://login.example", False),
        ("ftp://127.0.0.1", False),
        ("https://", False),
    ],
)
def test_only_tls_and_this_machine_are_guarded(url: str, *, guarded: bool) -> None:
    assert is_guarded(url) is guarded


@pytest.mark.parametrize(
    ("issuer_name", "address", "follows"),
    [
        ("https://login.example", "https://keys.example/set", True),
        ("http://127.0.0.1:9", "http://localhost:8/set", True),
        ("http://127.0.0.1:9", "https://keys.example/set", True),
        ("https://login.example", "http://127.0.0.1:8/set", False),
        ("https://login.example", "https://localhost/set", False),
        ("https://login.example", "http://keys.example/set", False),
    ],
)
def test_an_issuer_elsewhere_does_not_send_us_to_this_machine(issuer_name: str, address: str, *, follows: bool) -> None:
    assert stays_guarded(issuer_name, address) is follows


@pytest.mark.parametrize("body", [b"no JSON", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_document_is_not_read(issuer: OidcIssuer, publications: Publications, body: bytes) -> None:
    issuer.documents[KEYS] = body
    assert fault_of(publications) == "unreadable"


def test_a_document_that_is_too_long_is_not_read_to_its_end(issuer: OidcIssuer, publications: Publications) -> None:
    issuer.documents[KEYS] = b" " * (MOST_BYTES + 1)
    assert fault_of(publications) == "tooLong"


@pytest.mark.parametrize("status", [302, 404, 503])
def test_a_refusal_and_a_redirect_are_no_answer(issuer: OidcIssuer, publications: Publications, status: int) -> None:
    issuer.status = status
    assert fault_of(publications) == f"status{status}"
    assert issuer.asked == {DISCOVERY: 1}


def test_an_issuer_that_answers_bit_by_bit_is_given_up(issuer: OidcIssuer, publications: Publications) -> None:
    issuer.drip = 0.2
    assert fault_of(publications) == "tooSlow"


def test_an_issuer_that_does_not_answer_is_given_up(issuer: OidcIssuer, publications: Publications) -> None:
    issuer.gate = threading.Event()
    assert fault_of(publications) == "TimeoutError"


def test_an_issuer_that_is_not_there_is_told_as_such(publications: Publications, issuer: OidcIssuer) -> None:
    issuer.__exit__()
    assert fault_of(publications) == "URLError"
