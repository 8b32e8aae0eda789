"""What a token of the issuer says: of which organisation, and whom the issuer vouches for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isfinite
from typing import Any, Final

import jwt

from api.oidc.keys import ALGORITHMS, Key, Keys
from commands.person_of_identity import IdentityClaim

DEFAULT_LEEWAY: Final = timedelta(seconds=60)
LONGEST_TOKEN: Final = 8192
_CLAIMS: Final = ["iss", "aud", "exp", "sub"]
_TYPES: Final = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_NUMBER: Final = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


class NotVouchedFor(Exception):
    """The token is expired, altered, or meant for somebody else; or it names no organisation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vouched:
    """Whom a token vouches for; whether they are there is asked of the database."""

    organisation_id: int
    claim: IdentityClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class Oidc:
    """The issuer whose tokens sign people in.

    `organisation_claim`: the claim that holds the organisation's number. `leeway`: how far its clock and ours may be apart.
    """

    issuer: str
    audience: str
    keys: Keys
    organisation_claim: str = "organisation"
    leeway: timedelta = DEFAULT_LEEWAY

    def read(self, token: str, key: Key, *, now: datetime) -> Vouched:
        """What a token that was signed with this key says, if it is good at `now`. Raises NotVouchedFor."""
        # The library compares with the machine's clock: times are checked below against the clock that came in.
        options: Any = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
        try:
            claims = jwt.decode(
                token,
                key.public,
                algorithms=list(key.algorithms),
                audience=self.audience,
                issuer=self.issuer,
                options=options,
            )
        except (jwt.PyJWTError, RecursionError):
            raise NotVouchedFor from None
        organisation = _organisation(claims.get(self.organisation_claim))
        if organisation is None or not self._is_time(claims, now):
            raise NotVouchedFor
        claim = IdentityClaim(issuer=self.issuer, subject=claims["sub"], verified_email=_verified_email(claims))
        return Vouched(organisation_id=organisation, claim=claim)

    def _is_time(self, claims: Mapping[str, Any], now: datetime) -> bool:
        at, leeway = now.timestamp(), self.leeway.total_seconds()
        begins = [claims[name] for name in ("nbf", "iat") if name in claims]
        if not all(_is_instant(value) for value in (*begins, claims["exp"])):
            return False
        return at - leeway < claims["exp"] and all(value <= at + leeway for value in begins)


def key_name(token: str) -> str | None:
    """The name of the issuer's key in the header of a token that only an issuer can have signed; None for any other text."""
    if len(token) > LONGEST_TOKEN:
        return None
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return None
    match header:
        case {"alg": str(algorithm), "kid": str(name)} if algorithm in ALGORITHMS and _is_bearer(header.get("typ")):
            return name
        case _:
            return None


def _is_bearer(kind: object) -> bool:
    """Whether it is a token to sign in with: issuers sign others too, such as those that tell of a sign-out."""
    return kind is None or (isinstance(kind, str) and kind.lower() in _TYPES)


def _is_instant(value: object) -> bool:
    return type(value) is int or (type(value) is float and isfinite(value))


def _organisation(value: object) -> int | None:
    """The number of an organisation, which some issuers can only send as text."""
    text = str(value) if type(value) is int else value
    return int(text) if isinstance(text, str) and _NUMBER.fullmatch(text) else None


def _verified_email(claims: Mapping[str, Any]) -> str | None:
    """The address, unless the issuer does not say that it is this person's; some issuers say so in text."""
    match claims:
        case {"email": str(email), "email_verified": True | "true"}:
            return email
        case _:
            return None
