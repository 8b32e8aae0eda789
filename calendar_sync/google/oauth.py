"""The coach's consent, and what it is exchanged for (CALENDAR 23, 24; RFC 6749, 7636).

Consent, code and tokens are asked for over our own transport: oauthlib speaks to a loopback server only when a
process-wide switch makes it accept plain HTTP everywhere.
"""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

import jwt

from calendar_sync.google.endpoints import GoogleEndpoints, ServiceAccount
from calendar_sync.google.failures import ConnectionBroken, GoogleFailure, Permanent, ScopesMissing, Transient
from calendar_sync.google.transport import TIMEOUT, Headers, Json, is_passing, post_form, retry_after
from calendar_sync.google.watched import asked_of_google

DELEGATED: Final = "delegated:"
"""How what a connection keeps begins where nobody consented, because a service account speaks for its owner."""
JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TRY_LATER: Final = frozenset({"temporarily_unavailable", "server_error", "internal_failure", "slow_down"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """What the token URL answered; the tokens never show in a repr."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    """None when Google keeps the one that it gave before."""
    lasts: timedelta
    scopes: frozenset[str]


def authorisation_url(
    endpoints: GoogleEndpoints,
    *,
    redirect_uri: str,
    state: str,
    code_verifier: str,
    renew: bool = True,
    login_hint: str | None = None,
) -> str:
    """The address of Google's consent page. `renew` asks for a new refresh token: needed whenever none is known."""
    query = {
        "response_type": "code",
        "client_id": endpoints.client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(endpoints.scopes),
        "state": state,
        "code_challenge": code_challenge(code_verifier),
        "code_challenge_method": "S256",
        "access_type": "offline",
        **({"prompt": "consent"} if renew else {}),
        **({"login_hint": login_hint} if login_hint else {}),
    }
    return f"{endpoints.auth_url}?{urlencode(query)}"


def code_challenge(code_verifier: str) -> str:
    """The S256 challenge of a verifier (RFC 7636, 4.2)."""
    return urlsafe_b64encode(sha256(code_verifier.encode()).digest()).decode().rstrip("=")


def exchange(
    endpoints: GoogleEndpoints, *, code: str, code_verifier: str, redirect_uri: str, timeout: timedelta = TIMEOUT
) -> Granted:
    """The tokens for the code of a callback, with all scopes that we asked for.

    Raises ScopesMissing when the coach granted less, Permanent for a spent or foreign code, Transient.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "code_verifier": code_verifier,
        "redirect_uri": redirect_uri,
    }
    granted = _ask(endpoints, form, invalid_grant=Permanent("codeRefused"), timeout=timeout)
    if missing := frozenset(endpoints.scopes) - granted.scopes:
        raise ScopesMissing(missing)
    return granted


def refresh(endpoints: GoogleEndpoints, refresh_token: str, *, timeout: timedelta = TIMEOUT) -> Granted:
    """A new access token. Raises ConnectionBroken when the grant is dead; a 5xx is only Transient (CALENDAR 24)."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _ask(endpoints, form, invalid_grant=ConnectionBroken("invalid_grant"), timeout=timeout)


def access(endpoints: GoogleEndpoints, grant: str, *, timeout: timedelta = TIMEOUT) -> Granted:
    """An access token by what a connection keeps: a refresh token, or whom the service account speaks for.

    Raises ConnectionBroken when the grant is dead, or the delegation was taken back; Transient.
    """
    if not grant.startswith(DELEGATED):
        return refresh(endpoints, grant, timeout=timeout)
    subject, account = grant.removeprefix(DELEGATED), endpoints.service_account
    if account is None or not account.speaks_for(subject):
        raise ConnectionBroken("delegationEnded")
    form = {"grant_type": JWT_BEARER, "assertion": _assertion(endpoints, account, subject)}
    ended = ConnectionBroken("delegationEnded")
    with asked_of_google("oauth.token"):
        status, headers, body = post_form(endpoints.token_url, form, timeout=timeout)
        if status < 300:
            return _granted(body, asked=endpoints.scopes)
        refused = _refusal(status, headers, body, invalid_grant=ended)
        raise ended if isinstance(refused, Permanent) else refused


def delegated(email: str) -> str:
    """What a connection keeps in place of a refresh token where the service account speaks for this person."""
    return f"{DELEGATED}{email}"


def _assertion(endpoints: GoogleEndpoints, account: ServiceAccount, subject: str) -> str:
    """Who speaks, for whom, for what, signed by the account's own key (RFC 7523)."""
    now = int(account.clock().timestamp())
    claims = {
        "iss": account.email,
        "sub": subject,
        "scope": " ".join(endpoints.scopes),
        "aud": endpoints.token_url,
        # Google's clock may be a little behind ours.
        "iat": now - 30,
        "exp": now + 600,
    }
    return jwt.encode(claims, account.private_key, algorithm="RS256")


def revoke(endpoints: GoogleEndpoints, refresh_token: str, *, timeout: timedelta = TIMEOUT) -> None:
    """The grant is dead at Google, also if it was so before. Raises Transient or Permanent."""
    with asked_of_google("oauth.revoke"):
        status, headers, body = post_form(endpoints.revoke_url, {"token": refresh_token}, timeout=timeout)
        if status >= 300 and body.get("error") not in ("invalid_token", "invalid_grant"):
            raise _refusal(status, headers, body, invalid_grant=Permanent("revokeRefused"))


def _ask(
    endpoints: GoogleEndpoints, form: dict[str, str], *, invalid_grant: GoogleFailure, timeout: timedelta
) -> Granted:
    client = {"client_id": endpoints.client_id, "client_secret": endpoints.client_secret}
    with asked_of_google("oauth.token"):
        status, headers, body = post_form(endpoints.token_url, client | form, timeout=timeout)
        if status >= 300:
            raise _refusal(status, headers, body, invalid_grant=invalid_grant)
        return _granted(body, asked=endpoints.scopes)


def _granted(body: Json, *, asked: tuple[str, ...]) -> Granted:
    match body:
        case {"access_token": str(access_token)}:
            pass
        case _:
            raise Transient("unreadableAnswer")
    renewed = body.get("refresh_token")
    lasts = body.get("expires_in")
    scopes = body.get("scope")
    return Granted(
        access_token=access_token,
        refresh_token=renewed if isinstance(renewed, str) else None,
        lasts=timedelta(seconds=lasts if isinstance(lasts, int) else 3600),
        # RFC 6749, 5.1: no scope in the answer means that all that was asked for is granted.
        scopes=frozenset(scopes.split()) if isinstance(scopes, str) else frozenset(asked),
    )


def _refusal(status: int, headers: Headers, body: Json, *, invalid_grant: GoogleFailure) -> GoogleFailure:
    error = body.get("error")
    code = error if isinstance(error, str) else "refused"
    if is_passing(status) or code in _TRY_LATER:
        return Transient("tokenServerUnavailable", status=status, retry_after=retry_after(headers))
    if code == "invalid_grant":
        return invalid_grant
    return Permanent(code, status=status)
