"""Settings: environment variables that begin with FORTNIGHT_, read once and checked as a whole."""

import difflib
import os
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from api.oidc.fetch import is_guarded
from calendar_sync.google.endpoints import is_loopback
from fortnight.faults import Unfit
from models.keyring import SHORTEST_SECRET

PREFIX: Final = "FORTNIGHT_"
CHECKOUT: Final = Path(__file__).resolve().parent.parent


class SmtpSecurity(StrEnum):
    """How the way to the mail server is kept from others."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class BusyUnknown(StrEnum):
    """What counts while Google cannot say when a coach is taken: nothing is open, or all but the appointments known last."""

    CLOSED = "closed"
    OPEN = "open"


class LogFormat(StrEnum):
    """How log lines look; AUTO: for people at a terminal, JSON anywhere else."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _address(value: str) -> str:
    """An http address without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("an address such as https://example.com is wanted")
    return value.rstrip("/")


def _on_loopback(value: str) -> str:
    if not is_loopback(value):
        raise ValueError("it must be on this machine: a sandbox never leaves it")
    return value


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < SHORTEST_SECRET:
        raise ValueError(f"at least {SHORTEST_SECRET} bytes are needed")
    return value


def _issuer(value: str) -> str:
    """An issuer's name, exactly as its tokens say it: with the slash at the end if it has one."""
    _address(value)
    if not is_guarded(value):
        raise ValueError("it must begin with https://, unless it is on this machine")
    return value


Address = Annotated[str, AfterValidator(_address)]
Secret = Annotated[SecretStr, AfterValidator(_long_enough)]


class Settings(BaseSettings):
    """Everything that an operator may set; docs/operations.md says the same in a table."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    database_url: SecretStr | None = None
    """A PostgreSQL of your own; without it one is embedded."""
    data: Path = CHECKOUT / ".data"
    """The folder for the embedded database, the secret and the demo's Google Calendar."""
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    base_url: Address | None = None
    """Our address as the world sees it; by default that of host and port."""
    front_end_url: Address | None = None
    """Where links in messages lead; without it to plain pages of ours."""
    allowed_origins: Annotated[tuple[Address, ...], NoDecode, BeforeValidator(_split)] = ()
    """Further sites whose pages may call the API from a browser."""
    secret: Secret | None = None
    """What tokens, feed addresses and stored Google grants are signed and sealed with."""
    earlier_secrets: Annotated[tuple[Secret, ...], NoDecode, BeforeValidator(_split)] = ()
    """Secrets of before, comma-separated: stored Google grants are still opened with them."""
    pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    """Database connections of each process, and documents that an API process executes at a time."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Workers that `fortnight serve` runs."""
    rate_limit: Annotated[int, Field(ge=0)] = 6000
    """Points that one caller has in a minute, in all processes together; 0: no limit."""
    graphiql: bool = True
    """Whether there is a page to ask in, at /graphiql, for whoever has a token."""
    debug: bool = False
    log_level: LogLevel = LogLevel.INFO
    log_format: LogFormat = LogFormat.AUTO

    metrics_port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """Where this process gives out its figures; without it none are kept."""
    metrics_host: str = "127.0.0.1"
    """The address that they are given out on."""
    traces_url: Address | None = None
    """The collector that spans are sent to, over OTLP/HTTP; without it nothing is traced."""
    traces_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    """Which share of all traces is sent."""

    oidc_issuer: Annotated[str, AfterValidator(_issuer)] | None = None
    """Whose tokens sign people in, besides our own."""
    oidc_audience: str | None = None
    """Whom those tokens are meant for: their `aud`."""
    oidc_organisation_claim: str = "organisation"
    """Which of their claims holds the organisation's number."""
    oidc_leeway: Annotated[int, Field(ge=0, le=300)] = 60
    """By how many seconds the issuer's clock and ours may differ."""

    smtp_host: str | None = None
    """The mail server; without it live organisations send no mail."""
    smtp_port: Annotated[int, Field(ge=1, le=65535)] = 587
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_security: SmtpSecurity = SmtpSecurity.STARTTLS
    smtp_timeout: Annotated[int, Field(ge=1, le=30)] = 30
    """How many seconds the mail server may take for each answer."""
    mail_from: str = "fortnight@localhost"

    google_client_id: str | None = None
    """The OAuth client of live organisations; without it their coaches cannot connect a calendar."""
    google_client_secret: SecretStr | None = None
    google_api_url: Address = "https://www.googleapis.com/calendar/v3"
    google_auth_url: Address = "https://accounts.google.com/o/oauth2/v2/auth"
    google_token_url: Address = "https://oauth2.googleapis.com/token"  # noqa: S105  an address, not a password
    google_revoke_url: Address = "https://oauth2.googleapis.com/revoke"
    google_timeout: Annotated[int, Field(ge=1, le=20)] = 20
    """How many seconds Google may take for each answer."""
    google_busy_unknown: BusyUnknown = BusyUnknown.OPEN
    """Whether bookings stop or go on while Google cannot say when a coach is taken."""
    google_service_account: Path | None = None
    """The key file of a service account that a Workspace lets act for its people: they are connected without being asked."""
    google_delegated_domains: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)] = ()
    """The domains of the addresses for which it may act, comma-separated."""
    google_sandbox_url: Annotated[Address, AfterValidator(_on_loopback)] | None = None
    """A Calendar double on this machine for sandboxes; `fortnight serve` brings one."""

    @property
    def public_url(self) -> str:
        """The base of every address that we hand out."""
        return self.base_url or self.local_url

    @property
    def local_url(self) -> str:
        """The same as seen from this machine; an address of all networks is reached over the loopback."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  it is read, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def load(environment: Mapping[str, str] | None = None, **given: object) -> Settings:
    """The settings of this process; what is `given` goes before the environment. Raises Unfit, which names what is wrong."""
    _check_names(os.environ if environment is None else environment)
    try:
        settings = Settings(**given)  # pyright: ignore[reportArgumentType]
    except ValidationError as fault:
        raise Unfit("; ".join(_complaints(fault))) from None
    if (settings.google_client_id is None) != (settings.google_client_secret is None):
        raise Unfit(f"{PREFIX}GOOGLE_CLIENT_ID and {PREFIX}GOOGLE_CLIENT_SECRET belong together")
    if (settings.google_service_account is None) == bool(settings.google_delegated_domains):
        raise Unfit(f"{PREFIX}GOOGLE_SERVICE_ACCOUNT and {PREFIX}GOOGLE_DELEGATED_DOMAINS belong together")
    if settings.google_service_account is not None and settings.google_client_id is None:
        raise Unfit(
            f"{PREFIX}GOOGLE_SERVICE_ACCOUNT needs {PREFIX}GOOGLE_CLIENT_ID too: others are asked for their consent"
        )
    if (settings.oidc_issuer is None) != (settings.oidc_audience is None):
        raise Unfit(f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_AUDIENCE belong together")
    return settings


def _check_names(environment: Iterable[str]) -> None:
    known = [name.upper() for name in Settings.model_fields]
    for name in environment:
        said = name.upper().removeprefix(PREFIX)
        if said != name.upper() and said not in known:
            close = difflib.get_close_matches(said, known, n=1)
            raise Unfit(f"{name} is no setting" + (f"; did you mean {PREFIX}{close[0]}?" if close else ""))


def _complaints(fault: ValidationError) -> Iterable[str]:
    for error in fault.errors(include_url=False, include_input=False):
        name = PREFIX + str(error["loc"][0]).upper()
        yield f"{name}: {error['msg'].removeprefix('Value error, ')}"
