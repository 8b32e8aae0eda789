"""Where Google is can be set, and a sandbox never leaves this machine (CALENDAR 30)."""

from dataclasses import replace

import pytest

from calendar_sync.google.accounts import GoogleSettings
from calendar_sync.google.endpoints import GoogleEndpoints, is_loopback
from models.keyring import Keyring

KEYRING = Keyring(b"only for tests: thirty-two bytes or more")
LOOPBACK = GoogleEndpoints.loopback("http://127.0.0.1:9000/")
LIVE = GoogleEndpoints(client_id="ours", client_secret="planted-secret")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://localhost:9000", True),
        ("http://127.0.0.1", True),
        ("http://127.8.9.10:1/x", True),
        ("http://[::1]:9000", True),
        ("http://localhost.example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://127.0.0.1@example.com", False),
        ("http://example.com#127.0.0.1", False),
        ("https://www.googleapis.com", False),
        ("http://0.0.0.0", False),
        ("", False),
    ],
)
def test_only_this_machine_is_the_loopback(url: str, expected: bool):
    assert is_loopback(url) is expected


def test_all_addresses_of_a_loopback_google_lie_below_its_root():
    assert LOOPBACK.api_url == "http://127.0.0.1:9000/calendar/v3/"
    assert LOOPBACK.on_loopback
    with pytest.raises(ValueError, match="loopback only"):
        GoogleEndpoints.loopback("https://example.com")


@pytest.mark.parametrize("name", ["api_url", "auth_url", "token_url", "revoke_url"])
def test_a_sandbox_with_one_address_elsewhere_is_refused(name: str):
    astray = replace(LOOPBACK, **{name: "https://example.com/"})
    with pytest.raises(ValueError, match="loopback only"):
        GoogleSettings(live=None, sandbox=astray, keyring=KEYRING)


def test_a_sandbox_and_a_live_organisation_have_endpoints_of_their_own():
    settings = GoogleSettings(live=LIVE, sandbox=LOOPBACK, keyring=KEYRING)
    assert settings.endpoints(is_sandbox=True) is LOOPBACK
    assert settings.endpoints(is_sandbox=False) is LIVE
    nowhere = GoogleSettings(live=LIVE, sandbox=None, keyring=KEYRING)
    assert nowhere.endpoints(is_sandbox=True) is None


def test_google_itself_is_where_google_says():
    assert (LIVE.api_url, LIVE.on_loopback) == ("https://www.googleapis.com/calendar/v3/", False)


def test_settings_show_no_secret():
    settings = GoogleSettings(live=LIVE, sandbox=LOOPBACK, keyring=KEYRING)
    assert "planted-secret" not in repr(settings) + str(settings) + repr(LIVE)
