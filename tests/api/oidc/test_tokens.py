"""A token is believed when it is the issuer's, for us, now, and says everything in the one way."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.oidc.tokens import LONGEST_TOKEN, NotVouchedFor, Oidc, Vouched, key_name
from commands.person_of_identity import IdentityClaim
from tests.support.oidc_issuer import AUDIENCE, OidcIssuer

NOW = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)
AT = int(NOW.timestamp())
LEEWAY = 60


def read(oidc: Oidc, token: str, *, now: datetime = NOW) -> Vouched:
    """What is believed of a token; its key is found by the name that it gives."""
    name = key_name(token)
    key = None if name is None else oidc.keys.find(name, now=NOW)
    if key is None:
        raise NotVouchedFor
    return oidc.read(token, key, now=now)


def signed(issuer: OidcIssuer, **claims: Any) -> str:
    given: dict[str, Any] = {"organisation": 3, **claims}
    return issuer.sign(now=NOW, **given)


def refused(oidc: Oidc, token: str, *, now: datetime = NOW) -> None:
    with pytest.raises(NotVouchedFor):
        read(oidc, token, now=now)


def test_a_token_names_its_organisation_and_whom_it_vouches_for(issuer: OidcIssuer, oidc: Oidc) -> None:
    token = signed(issuer, sub="m-1", email="maya@example.com", email_verified=True)
    claim = IdentityClaim(issuer=issuer.url, subject="m-1", verified_email="maya@example.com")
    assert read(oidc, token) == Vouched(organisation_id=3, claim=claim)


@pytest.mark.parametrize(
    ("said", "counts"), [(True, True), ("true", True), (False, False), ("false", False), (None, False), (1, False)]
)
def test_an_address_counts_when_it_is_verified(issuer: OidcIssuer, oidc: Oidc, said: object, *, counts: bool) -> None:
    token = signed(issuer, email="maya@example.com", email_verified=said)
    assert (read(oidc, token).claim.verified_email is not None) is counts


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "ES384", "EdDSA"])
def test_each_algorithm_of_two_keys_is_understood(issuer: OidcIssuer, oidc: Oidc, algorithm: str) -> None:
    assert read(oidc, signed(issuer, key=issuer.add(algorithm))).organisation_id == 3


@pytest.mark.parametrize(
    ("changed", "now"),
    [
        ({"exp": AT - LEEWAY}, NOW),
        ({"exp": AT}, NOW + timedelta(seconds=LEEWAY)),
        ({"nbf": AT + LEEWAY + 1}, NOW),
        ({"iat": AT + LEEWAY + 1}, NOW),
    ],
)
def test_times_count_to_the_instant_with_the_leeway(
    issuer: OidcIssuer, oidc: Oidc, changed: dict[str, int], now: datetime
) -> None:
    closer = timedelta(microseconds=1) if "exp" in changed else timedelta(seconds=-1)
    token = signed(issuer, **changed)
    refused(oidc, token, now=now)
    assert read(oidc, token, now=now - closer).organisation_id == 3


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": None},
        {"aud": 7},
        {"iss": "https://login.example"},
        {"iss": None},
        {"exp": None},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": True},
        {"nbf": float("nan")},
        {"nbf": "now"},
        {"iat": "now"},
        {"sub": None},
        {"sub": 7},
        {"organisation": None},
        {"organisation": 0},
        {"organisation": -3},
        {"organisation": True},
        {"organisation": 3.0},
        {"organisation": "03"},
        {"organisation": "٣"},
        {"organisation": "3\n"},
        {"organisation": [3]},
        {"organisation": 10**18},
    ],
)
def test_a_token_says_everything_in_the_one_way(issuer: OidcIssuer, oidc: Oidc, changed: dict[str, Any]) -> None:
    # Signed by hand: the library would not let some of these out.
    good = {"iss": issuer.url, "aud": AUDIENCE, "sub": "s", "exp": AT + 3600, "iat": AT, "organisation": 3}
    said = {name: value for name, value in {**good, **changed}.items() if value is not None}
    refused(oidc, by_hand(issuer, said))
    assert read(oidc, by_hand(issuer, {**good, "organisation": "3", "aud": ["another", AUDIENCE]})).organisation_id == 3


def by_hand(issuer: OidcIssuer, claims: dict[str, Any]) -> str:
    return jwt.api_jws.encode(
        json.dumps(claims).encode(), issuer.key.private, algorithm="ES256", headers={"kid": issuer.key.name}
    )


def test_the_claim_of_the_organisation_is_the_one_that_was_set(issuer: OidcIssuer, oidc: Oidc) -> None:
    named = Oidc(
        issuer=issuer.url, audience=AUDIENCE, keys=oidc.keys, organisation_claim="https://platform.example/org"
    )
    assert read(named, signed(issuer, **{"https://platform.example/org": 9})).organisation_id == 9
    refused(named, signed(issuer))


def test_only_signatures_of_the_issuers_private_keys_count(issuer: OidcIssuer, oidc: Oidc) -> None:
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "s", "exp": AT + 3600, "organisation": 3}
    headers = {"kid": issuer.key.name}
    private = issuer.key.private
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with OidcIssuer() as other:
        foreign = other.sign(now=NOW, iss=issuer.url, organisation=3, headers=headers)
    good = signed(issuer)
    head, body, signature = good.split(".")
    altered = encoded(json.dumps({**claims, "organisation": 4}).encode())
    for token in (
        foreign,
        f"{head}.{altered}.{signature}",
        f"{head}.{body}.",
        jwt.encode(claims, "", algorithm="none", headers=headers),
        with_public_key(claims, headers, public, "HS256"),
        with_public_key(claims, headers, public, "HS512"),
        with_public_key(claims, headers, public, "ES256"),
    ):
        refused(oidc, token)
    assert read(oidc, good).organisation_id == 3


def with_public_key(claims: dict[str, Any], headers: dict[str, Any], public: bytes, algorithm: str) -> str:
    """A token that takes the public key, which everybody has, for a shared secret; the library itself makes none."""
    parts = [json.dumps({**headers, "alg": algorithm}).encode(), json.dumps(claims).encode()]
    signed = ".".join(encoded(part) for part in parts)
    digest = "sha512" if algorithm == "HS512" else "sha256"
    return f"{signed}.{encoded(hmac.digest(public, signed.encode(), digest))}"


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def test_a_key_signs_with_its_own_algorithms(issuer: OidcIssuer, oidc: Oidc) -> None:
    rsa = issuer.add("RS256")
    claims = {"iss": issuer.url, "aud": AUDIENCE, "sub": "s", "exp": AT + 3600, "organisation": 3}
    for key, algorithm in ((rsa, "RS512"), (rsa, "PS256")):
        refused(oidc, jwt.encode(claims, key.private, algorithm=algorithm, headers={"kid": key.name}))
    refused(oidc, jwt.encode(claims, issuer.key.private, algorithm="ES256", headers={"kid": rsa.name}))


@pytest.mark.parametrize(
    "headers", [{"kid": None}, {"typ": "logout+jwt"}, {"typ": "dpop+jwt"}, {"crit": ["exp"], "exp": 1}]
)
def test_a_header_names_its_key_and_nothing_that_we_do_not_understand(
    issuer: OidcIssuer, oidc: Oidc, headers: dict[str, Any]
) -> None:
    refused(oidc, signed(issuer, headers=headers))
    assert read(oidc, signed(issuer, headers={"typ": "at+JWT"})).organisation_id == 3


@pytest.mark.parametrize("text", ["", "a.b.c", "ü.ü.ü", "fnk_1_" + "x" * 40, "." * 9000])
def test_what_is_no_token_has_no_key(text: str) -> None:
    assert key_name(text) is None


def test_a_header_that_is_made_to_hurt_has_no_key(issuer: OidcIssuer) -> None:
    for header in ("[" * 3000, '{"alg": ["ES256"], "kid": "k"}', '{"alg": "ES256", "kid": 7}', '{"alg": "\\ud800"}'):
        assert key_name(encoded(header.encode()) + ".e30.e30") is None
    good = signed(issuer, filler="x" * LONGEST_TOKEN)
    assert key_name(good) is None
