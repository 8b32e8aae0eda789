"""An OpenID Connect issuer on the loopback: it publishes its keys over HTTP, signs tokens, and rotates."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any, Self

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from api.oidc.fetch import WELL_KNOWN

Json = dict[str, Any]
AUDIENCE = "https://api.platform.example"
KEYS = "/keys"
MAKERS: dict[str, Any] = {
    "RS256": lambda: rsa.generate_private_key(65537, 2048),
    "PS256": lambda: rsa.generate_private_key(65537, 2048),
    "ES256": lambda: ec.generate_private_key(ec.SECP256R1()),
    "ES384": lambda: ec.generate_private_key(ec.SECP384R1()),
    "EdDSA": ed25519.Ed25519PrivateKey.generate,
}
WRITERS: dict[str, Any] = {"RS": RSAAlgorithm, "PS": RSAAlgorithm, "ES": ECAlgorithm, "Ed": OKPAlgorithm}


@dataclass(frozen=True, kw_only=True)
class SigningKey:
    """A private key, and under which name and for which algorithm it is published."""

    name: str
    algorithm: str
    private: Any

    @property
    def entry(self) -> Json:
        """Its entry in the key set."""
        public = WRITERS[self.algorithm[:2]].to_jwk(self.private.public_key(), as_dict=True)
        return {**public, "kid": self.name, "use": "sig", "alg": self.algorithm}


@dataclass
class OidcIssuer:
    """`asked` counts the requests by path. What it answers may be changed: `documents` by path, `status`, a `drip` in seconds."""

    asked: Counter[str] = field(default_factory=Counter[str])
    documents: dict[str, bytes] = field(default_factory=dict[str, bytes])
    entries: list[Json] = field(default_factory=list[Json])
    status: int = 200
    drip: float = 0.0
    gate: threading.Event | None = None
    _numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/tenant"
        self.key = self.add("ES256")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.gate is not None:
            self.gate.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    # -- keys -----------------------------------------------------------------------------------------------------------

    def add(self, algorithm: str, **changes: Any) -> SigningKey:
        """A further key that is published from now on; what its entry says may be changed."""
        key = SigningKey(name=f"key-{next(self._numbers)}", algorithm=algorithm, private=MAKERS[algorithm]())
        self.entries.append({name: value for name, value in {**key.entry, **changes}.items() if value is not None})
        return key

    def rotate(self) -> None:
        """Tokens are signed with a new key, and no other is published."""
        self.entries.clear()
        self.key = self.add("ES256")

    def sign(self, *, now: datetime, key: SigningKey | None = None, headers: Json | None = None, **claims: Any) -> str:
        """A token that is good for an hour; a claim or header that is None is left out."""
        chosen = key or self.key
        times = {"iat": int(now.timestamp()), "exp": int((now + timedelta(hours=1)).timestamp())}
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "subject", **times, **claims}
        top = {"kid": chosen.name, **(headers or {})}
        return jwt.encode(
            {name: value for name, value in said.items() if value is not None},
            chosen.private,
            algorithm=chosen.algorithm,
            headers={name: value for name, value in top.items() if value is not None},
        )

    # -- HTTP -----------------------------------------------------------------------------------------------------------

    @property
    def root(self) -> str:
        """The address without the issuer's path."""
        return self.url.removesuffix("/tenant")

    def body(self, path: str) -> bytes:
        """The document at this path."""
        own = {
            f"/tenant{WELL_KNOWN}": {"issuer": self.url, "jwks_uri": f"{self.root}{KEYS}"},
            KEYS: {"keys": self.entries},
        }
        return self.documents.get(path) or json.dumps(own[path]).encode()


def _handler(issuer: OidcIssuer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked[self.path] += 1
            if issuer.gate is not None:
                issuer.gate.wait(30)
            body = issuer.body(self.path)
            self.send_response(issuer.status)
            self.send_header("content-length", str(len(body)))
            if issuer.status == 302:
                self.send_header("location", issuer.url + WELL_KNOWN)
            self.end_headers()
            self._write(body)

        def _write(self, body: bytes) -> None:
            try:
                for place in range(0, len(body), 20 if issuer.drip else len(body)):
                    self.wfile.write(body[place : place + 20] if issuer.drip else body)
                    time.sleep(issuer.drip)
            except OSError:
                self.close_connection = True  # whoever asked has given up

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing: the console is the tests'."""

    return Handler
