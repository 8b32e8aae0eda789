"""Settings: what is wrong is named in one line, and nothing that is misspelt is passed over."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from fortnight.beside import beside_what_runs, shown_to_commands
from fortnight.compose import google, mail, oidc
from fortnight.faults import Unfit
from fortnight.secret import keyring_of, server_secret
from fortnight.settings import load
from models.keyring import Keyring

WRONG = [
    ({"FORTNIGHT_PROT": "8001"}, "FORTNIGHT_PROT is no setting; did you mean FORTNIGHT_PORT?"),
    ({"FORTNIGHT_XYZZY": "1"}, "FORTNIGHT_XYZZY is no setting"),
    (
        {"FORTNIGHT_PORT": "http"},
        "FORTNIGHT_PORT: Input should be a valid integer, unable to parse string as an integer",
    ),
    ({"FORTNIGHT_PORT": "65536"}, "FORTNIGHT_PORT: Input should be less than or equal to 65535"),
    ({"FORTNIGHT_SECRET": "x" * 31}, "FORTNIGHT_SECRET: at least 32 bytes are needed"),
    ({"FORTNIGHT_EARLIER_SECRETS": "x" * 32 + ",y"}, "FORTNIGHT_EARLIER_SECRETS: at least 32 bytes are needed"),
    ({"FORTNIGHT_BASE_URL": "example.com"}, "FORTNIGHT_BASE_URL: an address such as https://example.com is wanted"),
    ({"FORTNIGHT_LOG_LEVEL": "loud"}, "FORTNIGHT_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
    (
        {"FORTNIGHT_GOOGLE_SANDBOX_URL": "https://www.googleapis.com"},
        "FORTNIGHT_GOOGLE_SANDBOX_URL: it must be on this machine: a sandbox never leaves it",
    ),
    (
        {"FORTNIGHT_GOOGLE_CLIENT_ID": "mine"},
        "FORTNIGHT_GOOGLE_CLIENT_ID and FORTNIGHT_GOOGLE_CLIENT_SECRET belong together",
    ),
    (
        {"FORTNIGHT_GOOGLE_DELEGATED_DOMAINS": "example.com"},
        "FORTNIGHT_GOOGLE_SERVICE_ACCOUNT and FORTNIGHT_GOOGLE_DELEGATED_DOMAINS belong together",
    ),
    (
        {"FORTNIGHT_GOOGLE_SERVICE_ACCOUNT": "key.json", "FORTNIGHT_GOOGLE_DELEGATED_DOMAINS": "example.com"},
        "FORTNIGHT_GOOGLE_SERVICE_ACCOUNT needs FORTNIGHT_GOOGLE_CLIENT_ID too: others are asked for their consent",
    ),
    (
        {"FORTNIGHT_OIDC_ISSUER": "https://login.example"},
        "FORTNIGHT_OIDC_ISSUER and FORTNIGHT_OIDC_AUDIENCE belong together",
    ),
    (
        {"FORTNIGHT_OIDC_ISSUER": "http://login.example", "FORTNIGHT_OIDC_AUDIENCE": "us"},
        "FORTNIGHT_OIDC_ISSUER: it must begin with https://, unless it is on this machine",
    ),
    ({"FORTNIGHT_OIDC_LEEWAY": "301"}, "FORTNIGHT_OIDC_LEEWAY: Input should be less than or equal to 300"),
]


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FORTNIGHT_")]:
        monkeypatch.delenv(name)


def set_all(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


def test_nothing_has_to_be_set() -> None:
    settings = load()
    assert settings.database_url is None
    assert settings.public_url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(("environment", "message"), WRONG)
def test_a_wrong_setting_is_named_in_one_line(
    environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, **environment)
    with pytest.raises(Unfit) as told:
        load()
    assert str(told.value) == message


def test_a_secret_is_not_quoted_when_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, FORTNIGHT_SECRET="hunter2")
    with pytest.raises(Unfit) as told:
        load()
    assert "hunter2" not in str(told.value)


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, FORTNIGHT_DATABASE_URL="", FORTNIGHT_PORT="")
    assert load().database_url is None
    assert load().port == 8000


def test_several_origins_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, FORTNIGHT_ALLOWED_ORIGINS="https://a.example/, http://localhost:3000")
    assert load().allowed_origins == ("https://a.example", "http://localhost:3000")


@pytest.mark.parametrize(
    ("host", "url"),
    [("127.0.0.1", "http://127.0.0.1:8000"), ("::1", "http://[::1]:8000"), ("::", "http://[::1]:8000")],
)
def test_without_a_public_address_links_lead_to_this_machine(
    host: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_all(monkeypatch, FORTNIGHT_HOST=host)
    assert load().public_url == url


def test_a_server_of_ones_own_needs_a_secret_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, FORTNIGHT_DATABASE_URL="postgresql://db.example/fortnight", FORTNIGHT_DATA=str(tmp_path))
    with pytest.raises(Unfit, match=r"^FORTNIGHT_SECRET is needed beside FORTNIGHT_DATABASE_URL"):
        keyring_of(load())


def test_the_embedded_database_has_a_secret_that_is_made_once_and_read_by_nobody_else(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    set_all(monkeypatch, FORTNIGHT_DATA=str(tmp_path / "data"))
    first = keyring_of(load())
    assert keyring_of(load()).key("feed") == first.key("feed")
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret"]


def test_a_damaged_secret_is_not_replaced_silently(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, FORTNIGHT_DATA=str(tmp_path))
    (tmp_path / "secret").write_text("short\n")
    with pytest.raises(Unfit, match="is damaged"):
        keyring_of(load())
    assert (tmp_path / "secret").read_text() == "short\n"


def test_the_secret_that_children_get_makes_the_same_keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    set_all(monkeypatch, FORTNIGHT_DATA=str(tmp_path))
    own = keyring_of(load())
    set_all(monkeypatch, FORTNIGHT_SECRET=server_secret(load()).decode())
    assert keyring_of(load()).key("feed") == own.key("feed")


def test_google_is_where_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert google(load(), Keyring(b"k" * 32)).live is None
    assert google(load(), Keyring(b"k" * 32)).sandbox is None
    set_all(
        monkeypatch,
        FORTNIGHT_GOOGLE_CLIENT_ID="mine",
        FORTNIGHT_GOOGLE_CLIENT_SECRET="s3cret",
        FORTNIGHT_GOOGLE_API_URL="http://127.0.0.1:9/calendar/v3/",
        FORTNIGHT_GOOGLE_SANDBOX_URL="http://127.0.0.1:8001",
    )
    settings = google(load(), Keyring(b"k" * 32))
    assert settings.live is not None
    assert settings.live.client_secret == "s3cret"
    assert settings.live.api_url == "http://127.0.0.1:9/calendar/v3/"
    assert settings.sandbox is not None
    assert settings.sandbox.token_url == "http://127.0.0.1:8001/token"


def test_people_sign_in_at_the_issuer_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert oidc(load()) is None
    set_all(
        monkeypatch,
        FORTNIGHT_OIDC_ISSUER="https://login.example/",
        FORTNIGHT_OIDC_AUDIENCE="us",
        FORTNIGHT_OIDC_ORGANISATION_CLAIM="org",
        FORTNIGHT_OIDC_LEEWAY="5",
    )
    found = oidc(load())
    assert found is not None
    assert (found.issuer, found.audience) == ("https://login.example/", "us")
    assert (found.organisation_claim, found.leeway) == ("org", timedelta(seconds=5))


def test_what_an_earlier_secret_sealed_can_still_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = google(load(), Keyring(b"a" * 32)).vault.seal("token", organisation=1, person=2)
    set_all(monkeypatch, FORTNIGHT_EARLIER_SECRETS="a" * 32)
    assert google(load(), Keyring(b"b" * 32)).vault.open(sealed, organisation=1, person=2) == "token"


def test_mail_goes_out_through_the_server_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mail(load(), Keyring(b"k" * 32)).server is None
    set_all(
        monkeypatch,
        FORTNIGHT_SMTP_HOST="mail.example",
        FORTNIGHT_SMTP_USER="us",
        FORTNIGHT_SMTP_PASSWORD="s3cret",
        FORTNIGHT_MAIL_FROM="sessions@platform.example",
    )
    settings = mail(load(), Keyring(b"k" * 32))
    assert settings.server is not None
    assert (settings.server.host, settings.server.port, settings.server.password) == ("mail.example", 587, "s3cret")
    assert settings.domain == "platform.example"


def test_a_mail_password_never_crosses_a_network_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, FORTNIGHT_SMTP_HOST="mail.example", FORTNIGHT_SMTP_USER="us", FORTNIGHT_SMTP_SECURITY="none")
    with pytest.raises(Unfit, match=r"^FORTNIGHT_SMTP_SECURITY: a password goes to another machine over TLS only"):
        mail(load(), Keyring(b"k" * 32))


DELEGATED = {
    "google_client_id": "mine",
    "google_client_secret": "my-own",
    "google_delegated_domains": "Example.com, example.org",
}


def test_a_service_account_is_read_from_its_key_file_and_never_shown(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "key.json"
    file.write_text(json.dumps({"client_email": "us@project.example", "private_key": key.decode()}), "utf-8")
    settings = load({}, google_service_account=file, **DELEGATED)
    live = google(settings, Keyring(b"x" * 32)).live
    assert live is not None
    assert live.service_account is not None
    assert live.service_account.domains == {"example.com", "example.org"}
    assert live.service_account.speaks_for("eva@EXAMPLE.com")
    assert not live.service_account.speaks_for("eva@sub.example.com")
    assert "PRIVATE" not in repr(live)


@pytest.mark.parametrize("told", ["", "{}", "[]", '{"client_email": "us", "private_key": "x"}'])
def test_a_key_file_that_is_none_is_one_line(tmp_path: Path, told: str) -> None:
    file = tmp_path / "key.json"
    file.write_text(told, "utf-8")
    with pytest.raises(Unfit, match="FORTNIGHT_GOOGLE_SERVICE_ACCOUNT: a key file of a service account"):
        google(load({}, google_service_account=file, **DELEGATED), Keyring(b"x" * 32))


def test_a_command_beside_a_server_uses_its_addresses_where_it_names_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORTNIGHT_DATA", str(tmp_path))
    with shown_to_commands(tmp_path, google="http://127.0.0.1:8124", base="http://127.0.0.1:8123"):
        beside = beside_what_runs(load())
        assert (beside.public_url, beside.google_sandbox_url) == ("http://127.0.0.1:8123", "http://127.0.0.1:8124")
        for name, value in (("PORT", "9000"), ("BASE_URL", "https://api.example")):
            with monkeypatch.context() as named:
                named.setenv(f"FORTNIGHT_{name}", value)
                assert beside_what_runs(load()).public_url == load().public_url != beside.public_url
    assert beside_what_runs(load()) == load()
