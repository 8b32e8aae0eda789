"""Consents, codes and tokens: who may touch whose calendar, and for how long."""

from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final

from calendar_sync.google_double.answers import Refused
from calendar_sync.google_double.desk import Caller
from calendar_sync.google_double.store import Books, digest

ACCESS: Final = "access"
REFRESH: Final = "refresh"


class GrantRefused(Exception):
    """The token URL does not give what was asked for; `error` is OAuth's word for why."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person allowed an application."""

    id: int
    email: str
    client_id: str
    scopes: str
    offline: bool = False
    """Whether a refresh token belongs to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the authorisation request asked for, as far as the code has to remember it."""

    client_id: str
    redirect_uri: str
    challenge: str = field(repr=False)
    offline: bool
    """`access_type=offline`."""
    renew: bool
    """`prompt=consent`: a refresh token is given even if there is one already."""


def give_code(books: Books, asked: Asked, *, email: str, scopes: tuple[str, ...]) -> str:
    """The code that the browser carries back, for a consent of this person to these scopes."""
    known = books.row(
        "SELECT 1 FROM consent JOIN token ON token.consent_id = consent.id AND token.kind = 'refresh' AND NOT token.dead "
        "WHERE email = ? AND client_id = ? AND NOT revoked",
        email,
        asked.client_id,
    )
    offline = asked.offline and (asked.renew or known is None)
    consent_id = give_consent(books, email=email, client_id=asked.client_id, scopes=scopes).id
    code = f"4/{token_urlsafe(32)}"
    books.run(
        "INSERT INTO code (digest, consent_id, redirect_uri, challenge, offline) VALUES (?, ?, ?, ?, ?)",
        digest(code),
        consent_id,
        asked.redirect_uri,
        asked.challenge,
        offline,
    )
    return code


def give_consent(books: Books, *, email: str, client_id: str, scopes: Iterable[str]) -> Consent:
    """An application may do this for this person from now on."""
    consent = Consent(id=books.next("consent"), email=email, client_id=client_id, scopes=" ".join(scopes))
    books.run(
        "INSERT INTO consent (id, email, client_id, scopes) VALUES (?, ?, ?, ?)",
        consent.id,
        email,
        client_id,
        consent.scopes,
    )
    return consent


def redeem_code(books: Books, code: str, *, client_id: str, redirect_uri: str, verifier: str) -> Consent:
    """The consent behind a code, which is spent now. Raises GrantRefused."""
    row = books.row(
        "SELECT code.*, email, client_id, scopes, revoked FROM code JOIN consent ON consent.id = code.consent_id "
        "WHERE digest = ?",
        digest(code),
    )
    if row is None or row["used"] or row["revoked"] or row["client_id"] != client_id:
        raise GrantRefused("invalid_grant", "Bad Request")
    if row["redirect_uri"] != redirect_uri:
        raise GrantRefused("redirect_uri_mismatch", "Bad Request")
    challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    if challenge != row["challenge"]:
        raise GrantRefused("invalid_grant", "Invalid code verifier.")
    books.run("UPDATE code SET used = 1 WHERE digest = ?", digest(code))
    return Consent(
        id=row["consent_id"],
        email=row["email"],
        client_id=client_id,
        scopes=row["scopes"],
        offline=bool(row["offline"]),
    )


def consent_of(books: Books, token: str, kind: str) -> Consent | None:
    """The consent that a living token of this kind stands for."""
    row = books.row(
        "SELECT consent.* FROM token JOIN consent ON consent.id = token.consent_id "
        "WHERE digest = ? AND kind = ? AND NOT dead AND NOT revoked",
        digest(token),
        kind,
    )
    if row is None:
        return None
    return Consent(id=row["id"], email=row["email"], client_id=row["client_id"], scopes=row["scopes"])


def give_token(books: Books, consent: Consent, kind: str) -> str:
    """A new token of this kind."""
    token = f"{'ya29.' if kind == ACCESS else '1//'}{token_urlsafe(40)}"
    books.run("INSERT INTO token (digest, consent_id, kind) VALUES (?, ?, ?)", digest(token), consent.id, kind)
    return token


def replace_refresh_token(books: Books, consent: Consent) -> str:
    """Another refresh token; the one before is dead."""
    books.run("UPDATE token SET dead = 1 WHERE consent_id = ? AND kind = ?", consent.id, REFRESH)
    return give_token(books, consent, REFRESH)


def revoke(books: Books, token: str) -> Consent | None:
    """The person's whole grant to the application is dead, with all its tokens; None: it was so before."""
    consent = consent_of(books, token, REFRESH) or consent_of(books, token, ACCESS)
    if consent is not None:
        revoke_all(books, consent.email, consent.client_id)
    return consent


def revoke_all(books: Books, email: str, client_id: str | None = None) -> None:
    """No application, or not this one, may touch the person's calendars any more."""
    books.run(
        "UPDATE consent SET revoked = 1 WHERE email = ? AND (? IS NULL OR client_id = ?)", email, client_id, client_id
    )


def expire_access_tokens(books: Books, email: str | None = None) -> None:
    """Every access token given so far has run out."""
    books.run(
        "UPDATE token SET dead = 1 WHERE kind = 'access' "
        "AND (? IS NULL OR consent_id IN (SELECT id FROM consent WHERE email = ?))",
        email,
        email,
    )


def caller_of(books: Books, access_token: str | None) -> Caller:
    """Whom an access token speaks for. Raises Refused (401)."""
    if access_token is None:
        raise Refused(401, "required", "Login Required")
    consent = consent_of(books, access_token, ACCESS)
    if consent is None:
        raise Refused(401, "authError", "Invalid Credentials")
    return Caller(email=consent.email, client_id=consent.client_id, scopes=frozenset(consent.scopes.split()))
