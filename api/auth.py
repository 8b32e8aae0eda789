"""Who asks: a person, by a token of ours, or an operator's back end, by its API key."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import jwt

from commands.api_keys import PresentedKey, read_key
from models.keyring import Keyring

AUDIENCE = "fortnight"
_ALGORITHM = "HS256"
_LABEL = "api/token"
_CLAIMS = ["org", "sub", "exp", "aud"]
_LONGEST = 4096
_LARGEST_ID = 2**63 - 1


class TokenRefused(Exception):
    """The token is expired, altered, meant for somebody else, or none of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """What a token says: a person of an organisation. Whether they still exist is asked of the database."""

    organisation_id: int
    person_id: int


Caller: TypeAlias = Bearer | PresentedKey
"""Who sends a request: somebody with a token, or a back end with a key, which the database has yet to be asked about."""


def caller_of(keyring: Keyring, text: str, *, real_now: datetime) -> Caller:
    """The caller whom the text of an Authorization header names. Raises TokenRefused."""
    return read_key(text) or verify_token(keyring, text, real_now=real_now)


def issue_token(
    keyring: Keyring, *, organisation_id: int, person_id: int, expires_at: datetime, issued_at: datetime | None = None
) -> str:
    """A token with which this person is signed in until `expires_at`, in real time."""
    claims: dict[str, Any] = {
        "org": organisation_id,
        "sub": str(person_id),
        "exp": int(expires_at.timestamp()),
        "aud": AUDIENCE,
    }
    if issued_at is not None:
        claims["iat"] = int(issued_at.timestamp())
    return jwt.encode(claims, keyring.key(_LABEL), algorithm=_ALGORITHM)


def verify_token(keyring: Keyring, token: str, *, real_now: datetime) -> Bearer:
    """The bearer of a token that we issued and that has not expired at `real_now`. Raises TokenRefused."""
    if len(token) > _LONGEST:
        raise TokenRefused
    # The library compares with the machine's clock: expiry is checked below against the clock that came in.
    options: Any = {"require": _CLAIMS, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims = jwt.decode(token, keyring.key(_LABEL), algorithms=[_ALGORITHM], audience=AUDIENCE, options=options)
    except jwt.InvalidTokenError:
        raise TokenRefused from None
    match claims:
        case {"org": int(organisation), "sub": str(subject), "exp": int(expiry)} if (
            subject.isascii() and subject.isdigit()
        ):
            person = int(subject)
            if real_now.timestamp() >= expiry or max(organisation, person) > _LARGEST_ID:
                raise TokenRefused
            return Bearer(organisation_id=organisation, person_id=person)
        case _:
            raise TokenRefused
