"""Google's OAuth as far as Fortnight speaks it: the authorisation request, the token URL, the revoke URL."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hmac import compare_digest
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlencode, urlsplit

from calendar_sync.google_double import consents
from calendar_sync.google_double.answers import Answer, Json
from calendar_sync.google_double.calendars import open_account
from calendar_sync.google_double.consents import ACCESS, REFRESH, Asked, Consent, GrantRefused
from calendar_sync.google_double.delegation import JWT_BEARER, Delegate, consent_by
from calendar_sync.google_double.discovery import document
from calendar_sync.google_double.faults import FaultKind
from calendar_sync.google_double.requests import Request
from calendar_sync.google_double.store import Books

LASTS_SECONDS: Final = 3599


class AuthorisationRefused(Exception):
    """The authorisation request is wrong; told to the person, because nowhere is safe to send them back to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """A well-formed authorisation request."""

    asked: Asked
    scopes: tuple[str, ...]
    state: str
    login_hint: str | None

    def back(self, **fields: str) -> str:
        """Where the browser goes with the outcome."""
        joint = "&" if "?" in self.asked.redirect_uri else "?"
        return f"{self.asked.redirect_uri}{joint}{urlencode({'state': self.state, **fields})}"


@cache
def known_scopes() -> Mapping[str, str]:
    """The scopes of the Calendar API with Google's description of each."""
    return {name: about["description"] for name, about in document()["auth"]["oauth2"]["scopes"].items()}


def authorisation(query: Mapping[str, str], clients: Mapping[str, str]) -> Authorisation:
    """The request behind an authorisation URL. Raises AuthorisationRefused."""
    scopes = tuple(query.get("scope", "").split())
    problems = {
        "invalid_client: the OAuth client was not found": query.get("client_id") not in clients,
        "redirect_uri_mismatch: only an address on this machine can be returned to": not _on_loopback(
            query.get("redirect_uri", "")
        ),
        "unsupported_response_type: response_type must be code": query.get("response_type") != "code",
        "invalid_scope: some requested scopes are unknown": not scopes or not set(scopes) <= known_scopes().keys(),
        "invalid_request: a code_challenge with method S256 is needed": query.get("code_challenge_method") != "S256"
        or len(query.get("code_challenge", "")) != 43,
        "invalid_request: state is missing": not query.get("state"),
    }
    for problem, wrong in problems.items():
        if wrong:
            raise AuthorisationRefused(problem)
    asked = Asked(
        client_id=query["client_id"],
        redirect_uri=query["redirect_uri"],
        challenge=query["code_challenge"],
        offline=query.get("access_type") == "offline",
        renew="consent" in query.get("prompt", "").split(),
    )
    return Authorisation(asked=asked, scopes=scopes, state=query["state"], login_hint=query.get("login_hint"))


def allow(books: Books, wish: Authorisation, *, email: str, scopes: tuple[str, ...]) -> str:
    """Where the browser goes after this person allowed these scopes; their account exists from now on."""
    open_account(books, email)
    granted = tuple(scope for scope in wish.scopes if scope in scopes)
    if not granted:
        return wish.back(error="access_denied")
    code = consents.give_code(books, wish.asked, email=email, scopes=granted)
    return wish.back(code=code, scope=" ".join(granted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """What the token URL answered, and for whom."""

    body: Json
    email: str


def issue(
    books: Books,
    request: Request,
    clients: Mapping[str, str],
    fault: FaultKind | None,
    *,
    delegates: Mapping[str, Delegate],
    now: datetime,
) -> Issued:
    """Tokens for a code, a refresh token or a service account's assertion. Raises GrantRefused."""
    form = request.form()
    if form.get("grant_type") == JWT_BEARER:
        if fault is FaultKind.INVALID_GRANT:
            raise GrantRefused("invalid_grant", "Invalid grant: account not found")
        audience = f"{request.base_url}/token"
        consent = consent_by(books, form.get("assertion", ""), delegates, audience=audience, now=now)
        return _issued(books, consent, None)
    client_id = _client(request, form, clients)
    if fault is FaultKind.INVALID_GRANT:
        raise GrantRefused("invalid_grant", "Token has been expired or revoked.")
    match form.get("grant_type"):
        case "authorization_code":
            return _first(books, form, client_id, fault)
        case "refresh_token":
            return _again(books, form, client_id, fault)
        case _:
            raise GrantRefused("unsupported_grant_type", "Invalid grant_type.")


def refusal(refused: GrantRefused) -> Answer:
    """The refusal as the token URL writes it."""
    body = {"error": refused.error, "error_description": refused.description}
    return Answer.of(body, 401 if refused.error == "invalid_client" else 400)


def _first(books: Books, form: Mapping[str, str], client_id: str, fault: FaultKind | None) -> Issued:
    consent = consents.redeem_code(
        books,
        form.get("code", ""),
        client_id=client_id,
        redirect_uri=form.get("redirect_uri", ""),
        verifier=form.get("code_verifier", ""),
    )
    offline = consent.offline and fault is not FaultKind.NO_REFRESH_TOKEN
    return _issued(books, consent, consents.give_token(books, consent, REFRESH) if offline else None)


def _again(books: Books, form: Mapping[str, str], client_id: str, fault: FaultKind | None) -> Issued:
    consent = consents.consent_of(books, form.get("refresh_token", ""), REFRESH)
    if consent is None or consent.client_id != client_id:
        raise GrantRefused("invalid_grant", "Token has been expired or revoked.")
    renewed = fault is FaultKind.NEW_REFRESH_TOKEN
    return _issued(books, consent, consents.replace_refresh_token(books, consent) if renewed else None)


def _issued(books: Books, consent: Consent, refresh_token: str | None) -> Issued:
    body = {
        "access_token": consents.give_token(books, consent, ACCESS),
        "expires_in": LASTS_SECONDS,
        **({} if refresh_token is None else {"refresh_token": refresh_token}),
        "scope": consent.scopes,
        "token_type": "Bearer",
    }
    return Issued(body=body, email=consent.email)


def _client(request: Request, form: Mapping[str, str], clients: Mapping[str, str]) -> str:
    client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    scheme, _, basic = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            client_id, _, secret = b64decode(basic).decode().partition(":")
        except ValueError:
            raise GrantRefused("invalid_client", "Unauthorized") from None
    if not compare_digest(clients.get(client_id, "").encode(), secret.encode()) or client_id not in clients:
        raise GrantRefused("invalid_client", "Unauthorized")
    return client_id


def _on_loopback(url: str) -> bool:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or parts.fragment:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False
