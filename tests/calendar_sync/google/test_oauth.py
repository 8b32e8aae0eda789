"""Our side of OAuth: against the double, under every fault of its token and revoke addresses (CALENDAR 23, 24)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from calendar_sync.google import oauth
from calendar_sync.google.endpoints import APP_CREATED, FREE_BUSY, GoogleEndpoints
from calendar_sync.google.failures import ConnectionBroken, GoogleFailure, Permanent, ScopesMissing, Transient
from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import CALLBACK, VERIFIER, brought_back, consent_url, endpoints_of, granted

SOON = timedelta(seconds=1)
FAULTS = [
    (FaultKind.RATE_LIMITED, Transient),
    (FaultKind.BACKEND_ERROR, Transient),
    (FaultKind.BAD_GATEWAY, Transient),
    (FaultKind.UNAVAILABLE, Transient),
    (FaultKind.GATEWAY_TIMEOUT, Transient),
    (FaultKind.HTML, Transient),
    (FaultKind.EMPTY, Transient),
    (FaultKind.NONSENSE, Transient),
    (FaultKind.RESET, Transient),
    (FaultKind.ANSWER_LOST, Transient),
    (FaultKind.ANSWER_DROPPED, Transient),
    (FaultKind.ANSWER_TORN, Transient),
    (FaultKind.SLOW, Transient),
]


def code_of(double: GoogleDouble, **more: Any) -> str:
    return brought_back(double.consent(consent_url(endpoints_of(double)), **more))["code"]


def exchange(endpoints: GoogleEndpoints, code: str, *, verifier: str = VERIFIER) -> oauth.Granted:
    return oauth.exchange(endpoints, code=code, code_verifier=verifier, redirect_uri=CALLBACK, timeout=SOON)


def test_a_code_gives_tokens_and_all_scopes(double: GoogleDouble):
    given = exchange(endpoints_of(double), code_of(double))
    assert given.refresh_token
    assert given.scopes == {APP_CREATED, FREE_BUSY}
    assert timedelta(minutes=59) < given.lasts <= timedelta(hours=1)


def test_fewer_scopes_than_asked_for_are_named(double: GoogleDouble):
    double.fail_next(FaultKind.FEWER_SCOPES)
    with pytest.raises(ScopesMissing) as caught:
        exchange(endpoints_of(double), code_of(double))
    assert caught.value.missing == {FREE_BUSY}


def test_an_answer_without_scopes_means_all_that_were_asked_for(double: GoogleDouble):
    """RFC 6749, 5.1; seen through the reader, because the double always names them."""
    body = {"access_token": "a", "expires_in": 1}
    read: Callable[..., oauth.Granted] = oauth._granted  # pyright: ignore[reportPrivateUsage]
    assert read(body, asked=(APP_CREATED,)).scopes == {APP_CREATED}


@pytest.mark.parametrize("spoil", ["spent", "verifier", "nonsense"])
def test_a_code_that_is_not_ours_is_refused_for_good(double: GoogleDouble, spoil: str):
    endpoints, code = endpoints_of(double), code_of(double)
    if spoil == "spent":
        exchange(endpoints, code)
    with pytest.raises(Permanent, match="codeRefused"):
        exchange(
            endpoints, "4/x" if spoil == "nonsense" else code, verifier="y" * 43 if spoil == "verifier" else VERIFIER
        )


def test_a_wrong_client_is_refused_for_good_and_is_no_dead_grant(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    wrong = replace(endpoints_of(double), client_secret="planted")
    with pytest.raises(Permanent, match="invalid_client"):
        oauth.refresh(wrong, refresh_token)


def test_a_dead_grant_is_a_broken_connection(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    double.do("withdraw-consent", email="eva@example.com")
    with pytest.raises(ConnectionBroken, match="invalid_grant"):
        oauth.refresh(endpoints_of(double), refresh_token)


@pytest.mark.parametrize(("kind", "expected"), FAULTS, ids=str)
def test_trouble_at_the_token_address_is_never_a_broken_connection(
    double: GoogleDouble, kind: FaultKind, expected: type[GoogleFailure]
):
    refresh_token = granted(double).refresh_token or ""
    with double.fail_while(kind, "oauth.token", seconds=2), pytest.raises(expected):
        oauth.refresh(endpoints_of(double), refresh_token, timeout=SOON)
    assert oauth.refresh(endpoints_of(double), refresh_token).access_token


def test_the_token_address_says_when_to_come_back(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    double.fail_next(FaultKind.UNAVAILABLE, "oauth.token", retry_after="90")
    with pytest.raises(Transient) as caught:
        oauth.refresh(endpoints_of(double), refresh_token)
    assert caught.value.retry_after == timedelta(seconds=90)


def test_a_refresh_token_that_google_renews_is_handed_on(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token")
    renewed = oauth.refresh(endpoints_of(double), refresh_token).refresh_token
    assert renewed not in (None, refresh_token)
    assert oauth.refresh(endpoints_of(double), renewed or "").refresh_token is None


def test_revoking_twice_is_done_both_times(double: GoogleDouble):
    refresh_token = granted(double).refresh_token or ""
    for _ in range(2):
        oauth.revoke(endpoints_of(double), refresh_token)
    with pytest.raises(ConnectionBroken):
        oauth.refresh(endpoints_of(double), refresh_token)


@pytest.mark.parametrize(("kind", "expected"), [fault for fault in FAULTS if fault[0] is not FaultKind.EMPTY], ids=str)
def test_trouble_at_the_revoke_address_passes(double: GoogleDouble, kind: FaultKind, expected: type[GoogleFailure]):
    refresh_token = granted(double).refresh_token or ""
    with double.fail_while(kind, "oauth.revoke", seconds=2), pytest.raises(expected):
        oauth.revoke(endpoints_of(double), refresh_token, timeout=SOON)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        ({"error": "invalid_request"}, Permanent),
        ({"error": "temporarily_unavailable"}, Transient),
        ({"error": {"code": 403, "message": "planted"}}, Permanent),
        ({"error": ["planted"]}, Permanent),
        ({}, Permanent),
    ],
    ids=str,
)
def test_a_refusal_in_any_shape_has_a_meaning(error: dict[str, Any], expected: type[GoogleFailure]):
    judge: Callable[..., GoogleFailure] = oauth._refusal  # pyright: ignore[reportPrivateUsage]
    failure = judge(403, {}, error, invalid_grant=ConnectionBroken("invalid_grant"))
    assert type(failure) is expected
    assert "planted" not in str(failure)


def test_the_authorisation_url_asks_for_what_we_need_and_no_more(double: GoogleDouble):
    asked = brought_back(consent_url(endpoints_of(double)))
    assert {name: asked[name] for name in ("access_type", "prompt", "code_challenge_method", "response_type")} == {
        "access_type": "offline",
        "prompt": "consent",
        "code_challenge_method": "S256",
        "response_type": "code",
    }
    assert asked["scope"].split() == [APP_CREATED, FREE_BUSY]
    assert asked["code_challenge"] == oauth.code_challenge(VERIFIER)
    assert VERIFIER not in asked.values()
    assert "prompt" not in brought_back(consent_url(endpoints_of(double), renew=False))


def test_the_challenge_is_that_of_rfc_7636():
    assert (
        oauth.code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )
