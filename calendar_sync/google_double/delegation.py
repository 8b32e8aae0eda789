"""Service accounts to which a Workspace has delegated: they speak for its people by a signed assertion (RFC 7523)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import jwt

from calendar_sync.google_double import consents
from calendar_sync.google_double.calendars import open_account
from calendar_sync.google_double.consents import Consent, GrantRefused
from calendar_sync.google_double.store import Books

JWT_BEARER: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LASTS_SECONDS: Final = 3600
SKEW_SECONDS: Final = 300
"""By so much the clocks of the two may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegate:
    """A service account as its Workspace knows it: its public key, the domain that it speaks for, and what it may do there."""

    public_key: str = field(repr=False)
    domain: str
    scopes: frozenset[str]


def consent_by(
    books: Books, assertion: str, delegates: Mapping[str, Delegate], *, audience: str, now: datetime
) -> Consent:
    """What the assertion stands for. Raises GrantRefused."""
    claims = _read(assertion, delegates, audience)
    delegate, subject = delegates[claims["iss"]], str(claims["sub"])
    moment = now.timestamp()
    if claims["exp"] - claims["iat"] > LASTS_SECONDS or not claims["iat"] - SKEW_SECONDS <= moment < claims["exp"]:
        raise GrantRefused(
            "invalid_grant", "Invalid JWT: Token must be a short-lived token and in a reasonable timeframe."
        )
    asked = frozenset(str(claims.get("scope", "")).split())
    if subject.rpartition("@")[2] != delegate.domain or not asked or not asked <= delegate.scopes:
        raise GrantRefused("unauthorized_client", "Client is unauthorized to retrieve access tokens using this method.")
    open_account(books, subject)
    return consents.give_consent(books, email=subject, client_id=claims["iss"], scopes=sorted(asked))


def _read(assertion: str, delegates: Mapping[str, Delegate], audience: str) -> dict[str, Any]:
    try:
        issuer = jwt.decode(assertion, options={"verify_signature": False}).get("iss")
        delegate = delegates.get(str(issuer))
        if delegate is None:
            raise GrantRefused("invalid_grant", "Invalid grant: account not found")
        return jwt.decode(
            assertion,
            delegate.public_key,
            algorithms=["RS256"],
            audience=audience,
            # Time is told by the double's own clock.
            options={"require": ["exp", "iat", "iss", "sub"], "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        raise GrantRefused("invalid_grant", "Invalid JWT Signature.") from None
