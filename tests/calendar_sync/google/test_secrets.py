"""No token, code, verifier or secret is ever said: not in a repr, not in a failure, not in a log (CALENDAR 24)."""

import logging
import traceback
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest

from calendar_sync.google import oauth
from calendar_sync.google.client import GoogleAccount
from calendar_sync.google.failures import GoogleFailure
from calendar_sync.google.mapping import new_event
from calendar_sync.google_double import FaultKind, GoogleDouble
from tests.calendar_sync.google_support import (
    CALLBACK,
    KEY,
    VERIFIER,
    brought_back,
    consent_url,
    endpoints_of,
    granted,
    session_event,
)

TROUBLE = [
    FaultKind.RATE_LIMITED,
    FaultKind.FORBIDDEN,
    FaultKind.BACKEND_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.NOT_AUTHORISED,
    FaultKind.RESET,
    FaultKind.ANSWER_LOST,
    FaultKind.ANSWER_DROPPED,
    FaultKind.ANSWER_TORN,
    FaultKind.HTML,
]


def said_by(act: Callable[[], Any]) -> str:
    """All that a failing call says to whoever catches it, causes included."""
    try:
        act()
    except GoogleFailure as failure:
        return "".join(traceback.format_exception(failure)) + repr(failure) + repr(failure.args) + repr(vars(failure))
    raise AssertionError("nothing went wrong")


@pytest.mark.parametrize("kind", TROUBLE, ids=str)
def test_trouble_with_a_calendar_says_nothing_secret(
    double: GoogleDouble, kind: FaultKind, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    tokens = granted(double)
    with closing(GoogleAccount(endpoints_of(double), tokens.refresh_token or "")) as account:
        calendar = account.calendar(account.create_calendar(title="Coaching", zone="UTC", description=""))
        access_token: str = account.events._http.credentials.token
        with double.fail_while(kind, "events.insert"):
            said = said_by(lambda: calendar.insert(new_event(session_event(), KEY, 0)))
        said += repr(account) + str(account) + repr(calendar) + repr(tokens) + caplog.text
    assert access_token.startswith("ya29.")
    for secret in (access_token, tokens.access_token, tokens.refresh_token or "", "demo-secret"):
        assert secret not in said


@pytest.mark.parametrize(
    "kind", [kind for kind in TROUBLE if "403" not in kind and "401" not in kind] + [FaultKind.INVALID_GRANT]
)
def test_trouble_at_the_token_address_says_nothing_secret(
    double: GoogleDouble, kind: FaultKind, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    endpoints = replace(endpoints_of(double), client_secret="demo-secret")
    refresh_token = granted(double).refresh_token or ""
    code = brought_back(double.consent(consent_url(endpoints)))["code"]
    with double.fail_while(kind, "oauth.*"):
        said = said_by(lambda: oauth.refresh(endpoints, refresh_token))
        said += said_by(lambda: oauth.exchange(endpoints, code=code, code_verifier=VERIFIER, redirect_uri=CALLBACK))
        if kind is not FaultKind.INVALID_GRANT:
            said += said_by(lambda: oauth.revoke(endpoints, refresh_token))
    said += repr(endpoints) + caplog.text
    for secret in (refresh_token, code, VERIFIER, "demo-secret"):
        assert secret not in said
