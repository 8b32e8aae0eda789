"""Consent, code, tokens, revocation: as Google's OAuth does it, strictly (CALENDAR 23, 24)."""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2 as httpx
import pytest

from calendar_sync.google import oauth
from calendar_sync.google.endpoints import APP_CREATED, EVENTS_OWNED, FREE_BUSY
from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import (
    CALLBACK,
    EVA,
    VERIFIER,
    Raw,
    brought_back,
    consent_url,
    endpoints_of,
    granted,
    plain_http,
    raw_of,
)

CLIENT = {"client_id": "demo-client", "client_secret": "demo-secret"}


def post(double: GoogleDouble, path: str, **form: str) -> httpx.Response:
    with plain_http() as client:
        return client.post(f"{double.url}/{path}", data=form)


def code_of(double: GoogleDouble, **more: Any) -> str:
    return brought_back(double.consent(consent_url(endpoints_of(double)), **more))["code"]


def exchange(double: GoogleDouble, code: str, **changed: str) -> httpx.Response:
    form = {
        **CLIENT,
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": VERIFIER,
        "redirect_uri": CALLBACK,
        **changed,
    }
    return post(double, "token", **form)


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "somebody"),
        ("redirect_uri", "https://example.com/callback"),
        ("redirect_uri", "http://127.0.0.1.example.com/callback"),
        ("redirect_uri", "javascript:alert(1)"),
        ("redirect_uri", "http://127.0.0.1:8000/callback#there"),
        ("response_type", "token"),
        ("scope", ""),
        ("scope", "https://www.googleapis.com/auth/drive"),
        ("state", ""),
        ("code_challenge", ""),
        ("code_challenge_method", "plain"),
    ],
)
def test_a_wrong_authorisation_request_is_told_to_the_person_and_leads_nowhere(
    double: GoogleDouble, name: str, value: str
):
    parts = urlsplit(consent_url(endpoints_of(double)))
    query = {**{key: values[0] for key, values in parse_qs(parts.query).items()}, name: value}
    with pytest.raises(ValueError, match="This request is not valid"):
        double.consent(f"{double.url}{parts.path}?{urlencode(query)}")


def test_the_browser_brings_back_state_code_and_granted_scopes(double: GoogleDouble):
    back = double.consent(consent_url(endpoints_of(double)))
    assert back.startswith(f"{CALLBACK}?")
    brought = brought_back(back)
    assert brought.keys() == {"state", "code", "scope"}
    assert brought["state"] == "the-state"
    assert brought["scope"].split() == [APP_CREATED, FREE_BUSY]


def test_a_refused_consent_brings_back_an_error(double: GoogleDouble):
    back = double.consent(consent_url(endpoints_of(double)), allow=False)
    assert brought_back(back) == {"state": "the-state", "error": "access_denied"}


def test_a_consent_can_be_refused_on_demand(double: GoogleDouble):
    double.fail_next(FaultKind.CONSENT_REFUSED)
    assert "error" in brought_back(double.consent(consent_url(endpoints_of(double))))
    assert "code" in brought_back(double.consent(consent_url(endpoints_of(double))))


@pytest.mark.parametrize("how", ["boxes", "fault"])
def test_fewer_scopes_can_be_granted(double: GoogleDouble, how: str):
    if how == "fault":
        double.fail_next(FaultKind.FEWER_SCOPES)
    url = consent_url(endpoints_of(double))
    back = brought_back(double.consent(url, scopes=(APP_CREATED,) if how == "boxes" else None))
    assert back["scope"] == APP_CREATED
    assert exchange(double, back["code"]).json()["scope"] == APP_CREATED


def test_no_box_ticked_is_a_refusal(double: GoogleDouble):
    assert "error" in brought_back(double.consent(consent_url(endpoints_of(double)), scopes=()))


def test_tokens_come_for_a_code_once(double: GoogleDouble):
    code = code_of(double)
    body = exchange(double, code).json()
    assert body.keys() == {"access_token", "refresh_token", "expires_in", "scope", "token_type"}
    assert error(exchange(double, code)) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"code_verifier": "x" * 43}, (400, "invalid_grant")),
        ({"code_verifier": ""}, (400, "invalid_grant")),
        ({"redirect_uri": "http://127.0.0.1:8000/other"}, (400, "redirect_uri_mismatch")),
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "somebody", "client_secret": ""}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
    ids=str,
)
def test_a_code_is_good_only_with_all_that_belongs_to_it(
    double: GoogleDouble, changed: dict[str, str], expected: tuple[int, str]
):
    code = code_of(double)
    assert error(exchange(double, code, **changed)) == expected
    assert exchange(double, code).status_code == 200


def test_a_code_that_was_never_given_is_worth_nothing(double: GoogleDouble):
    assert error(exchange(double, "4/nonsense")) == (400, "invalid_grant")


def test_the_client_may_say_its_secret_in_a_header(double: GoogleDouble):
    form = {"grant_type": "authorization_code", "code": code_of(double), "code_verifier": VERIFIER}
    with plain_http() as client:
        answer = client.post(
            f"{double.url}/token", data={**form, "redirect_uri": CALLBACK}, auth=("demo-client", "demo-secret")
        )
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["Basic !", "Basic gA==", "Basic ZGVtby1jbGllbnQ6d3Jvbmc="])
def test_a_header_that_is_no_secret_is_refused(double: GoogleDouble, header: str):
    form = {"grant_type": "authorization_code", "code": code_of(double), "code_verifier": VERIFIER}
    with plain_http() as client:
        answer = client.post(
            f"{double.url}/token", data={**form, "redirect_uri": CALLBACK}, headers={"authorization": header}
        )
    assert error(answer) == (401, "invalid_client")


def test_a_wrong_authorisation_request_cannot_be_allowed(double: GoogleDouble):
    answer = post(double, "o/oauth2/v2/auth?client_id=somebody", email=EVA, decision="allow")
    assert (answer.status_code, "This request is not valid" in answer.text) == (400, True)


def test_a_refresh_token_comes_only_once_unless_consent_is_asked_for_again(double: GoogleDouble):
    endpoints = endpoints_of(double)

    def again(*, renew: bool) -> bool:
        code = brought_back(double.consent(consent_url(endpoints, renew=renew)))["code"]
        return "refresh_token" in exchange(double, code).json()

    assert [again(renew=False), again(renew=False), again(renew=True)] == [True, False, True]


def test_a_refresh_token_is_kept_back_on_demand(double: GoogleDouble):
    double.fail_next(FaultKind.NO_REFRESH_TOKEN, "oauth.token")
    assert "refresh_token" not in exchange(double, code_of(double)).json()


def test_a_refresh_token_gives_access_tokens_for_ever(double: GoogleDouble):
    token = granted(double).refresh_token or ""
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": token}
    answers = [post(double, "token", **form).json() for _ in range(3)]
    assert len({answer["access_token"] for answer in answers}) == 3
    assert all("refresh_token" not in answer for answer in answers)


def test_a_renewed_refresh_token_kills_the_one_before(double: GoogleDouble):
    token = granted(double).refresh_token or ""
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": token}
    double.fail_next(FaultKind.NEW_REFRESH_TOKEN, "oauth.token")
    renewed = post(double, "token", **form).json()["refresh_token"]
    assert error(post(double, "token", **form)) == (400, "invalid_grant")
    assert post(double, "token", **{**form, "refresh_token": renewed}).status_code == 200


def test_an_access_token_ends_on_demand(raw: Raw):
    assert raw("GET").status_code == 200
    raw.double.do("expire-access-tokens")
    answer = raw("GET")
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "authError")


@pytest.mark.parametrize("headers", [{"authorization": ""}, {"authorization": "Basic abc"}])
def test_without_a_bearer_token_nobody_is_logged_in(raw: Raw, headers: dict[str, str]):
    answer = raw.api("GET", "calendars/primary", headers=headers)
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (401, "required")


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_token_kills_the_whole_grant(double: GoogleDouble, kind: str):
    tokens = granted(double)
    raw = Raw(double=double, token=tokens.access_token, calendar_id="primary")
    assert raw.api("POST", "freeBusy", body={}).status_code == 400
    assert post(double, "revoke", token=getattr(tokens, kind)).status_code == 200
    assert raw.api("POST", "freeBusy", body={}).status_code == 401
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": tokens.refresh_token or ""}
    assert error(post(double, "token", **form)) == (400, "invalid_grant")
    assert error(post(double, "revoke", token=getattr(tokens, kind))) == (400, "invalid_token")


def test_a_person_can_withdraw_consent_in_their_account(raw: Raw):
    raw.double.do("withdraw-consent", email=EVA)
    assert raw("GET").status_code == 401


def test_our_own_code_gets_through_it_all(double: GoogleDouble):
    tokens = granted(double)
    assert tokens.scopes == {APP_CREATED, FREE_BUSY}
    endpoints = endpoints_of(double)
    assert oauth.refresh(endpoints, tokens.refresh_token or "").access_token != tokens.access_token
    oauth.revoke(endpoints, tokens.refresh_token or "")


def test_a_call_without_a_scope_that_allows_it_is_refused(double: GoogleDouble):
    token = granted(double, scopes=(FREE_BUSY,)).access_token
    answer = Raw(double=double, token=token, calendar_id="").api("POST", "calendars", body={"summary": "Coaching"})
    assert (answer.status_code, answer.json()["error"]["errors"][0]["reason"]) == (403, "insufficientPermissions")


def test_app_created_reaches_our_own_calendars_only(raw: Raw):
    assert raw("GET").status_code == 200
    assert raw.api("GET", "calendars/primary/events").status_code == 403
    owned = raw_of(raw.double, scopes=(APP_CREATED, EVENTS_OWNED))
    assert owned.api("GET", "calendars/primary/events").status_code == 200


def test_nobody_reaches_the_calendar_of_another_account(raw: Raw):
    finn = raw_of(raw.double, email="finn@example.com")
    assert finn.api("GET", f"calendars/{raw.calendar_id}").status_code == 404
    assert finn.api("GET", f"calendars/{EVA}").status_code == 404
