"""The issuer's keys as we hold them: asked for when they are needed, kept, and asked for again when they may have changed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Final, TypeAlias

import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed448 import Ed448PublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from api.oidc.fetch import IssuerUnreachable

FRESH: Final = timedelta(minutes=10)
"""How long keys are used without asking whether they still stand: a key that the issuer withdrew is good for no longer."""
LONGEST: Final = timedelta(days=1)
"""How long they are used while the issuer cannot be reached."""
PAUSE: Final = timedelta(seconds=30)
"""How long we wait before we ask again, whatever the tokens say that arrive meanwhile."""
SHORTEST_RSA: Final = 2048
_RSA: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
_CURVES: Final = {"secp256r1": ("ES256",), "secp384r1": ("ES384",), "secp521r1": ("ES512",)}
ALGORITHMS: Final = frozenset({*_RSA, "ES256", "ES384", "ES512", "EdDSA"})
"""Only those of a private and a public key: whoever can check a token cannot make one."""

PublicKey: TypeAlias = RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey | Ed448PublicKey
log = structlog.get_logger("fortnight.api")


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of the issuer, and what it may have signed with it."""

    public: PublicKey
    algorithms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    keys: Mapping[str, Key]
    since: datetime


@dataclass(slots=True, kw_only=True)
class Keys:
    """One for all threads; `published` asks the issuer for its key set and may raise IssuerUnreachable."""

    published: Callable[[], Mapping[str, Any]]
    _held: _Held | None = None
    _asked: datetime | None = None
    _asking: Lock = field(default_factory=Lock, repr=False)

    def at_hand(self, name: str, *, now: datetime) -> Key | None:
        """The key of this name if it may be used without asking the issuer or waiting for somebody who does."""
        held = self._held
        if held is None or not (_within(FRESH, held.since, now) or self._asked_lately(now)):
            return None
        return held.keys.get(name) if _within(LONGEST, held.since, now) else None

    def find(self, name: str, *, now: datetime) -> Key | None:
        """The key of this name, for which the issuer is asked if need be; None: it has no such key.

        Blocks while it asks. Raises IssuerUnreachable when no keys are held that could be trusted.
        """
        with self._asking:
            if not self._asked_lately(now) and (name not in self._names() or not self._is_fresh(now)):
                self._ask(now)
            held = self._held
        if held is None or not _within(LONGEST, held.since, now):
            raise IssuerUnreachable("noKeys")
        return held.keys.get(name)

    def _ask(self, now: datetime) -> None:
        # Noted before the answer is there: others go on meanwhile with the keys that are held.
        self._asked = now
        try:
            self._held = _Held(keys=read_keys(self.published()), since=now)
        except IssuerUnreachable as fault:
            log.warning("oidc_keys_not_renewed", reason=str(fault), held=len(self._names()))

    def _names(self) -> frozenset[str]:
        return frozenset() if self._held is None else frozenset(self._held.keys)

    def _is_fresh(self, now: datetime) -> bool:
        return self._held is not None and _within(FRESH, self._held.since, now)

    def _asked_lately(self, now: datetime) -> bool:
        return self._asked is not None and _within(PAUSE, self._asked, now)


def _within(span: timedelta, then: datetime, now: datetime) -> bool:
    """Whether less than `span` lies between; either may be first, because threads read the clock at different times."""
    return abs(now - then) < span


def read_keys(document: Mapping[str, Any]) -> dict[str, Key]:
    """The keys of a key set by name that can have signed tokens; others are passed over. Raises IssuerUnreachable."""
    entries = document.get("keys")
    if not isinstance(entries, list):
        raise IssuerUnreachable("noKeySet")
    found = ((entry["kid"], _key(entry)) for entry in entries if _is_for_signatures(entry))
    return {name: key for name, key in found if key is not None}


def _is_for_signatures(entry: Any) -> bool:
    match entry:
        case {"kid": str(), "kty": "RSA" | "EC" | "OKP"}:
            return entry.get("use", "sig") == "sig"
        case _:
            return False


def _key(entry: dict[str, Any]) -> Key | None:
    try:
        # Which algorithms are meant is decided below; the library would choose one, or refuse a name that is new to it.
        public = jwt.PyJWK({name: value for name, value in entry.items() if name != "alg"}).key
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    fitting = _fitting(public)
    algorithms = tuple(one for one in fitting if entry.get("alg", one) == one)
    return Key(public=public, algorithms=algorithms) if algorithms else None


def _fitting(public: Any) -> tuple[str, ...]:
    match public:
        case RSAPublicKey():
            return _RSA if public.key_size >= SHORTEST_RSA else ()
        case EllipticCurvePublicKey():
            return _CURVES.get(public.curve.name, ())
        case Ed25519PublicKey() | Ed448PublicKey():
            return ("EdDSA",)
        case _:
            return ()
