"""What the issuer publishes, over HTTP: its discovery document, and the key set that this names."""

import json
import time
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import urlsplit

from typing_extensions import override

from calendar_sync.google.endpoints import is_loopback

Json = dict[str, Any]
WELL_KNOWN: Final = "/.well-known/openid-configuration"
MOST_SECONDS: Final = 4.0
MOST_BYTES: Final = 256 * 1024
_CHUNK: Final = 16 * 1024


class IssuerUnreachable(Exception):
    """The issuer gave no answer that can be used; the text says why, in one word for the log."""


def is_guarded(url: str) -> bool:
    """Whether nobody between us and the host of `url` can change what it answers."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(url)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publications:
    """Where an issuer publishes its keys, and how long one document of it may take."""

    issuer: str
    seconds: float = MOST_SECONDS

    def key_set(self) -> Json:
        """The key set that the discovery document names now. Raises IssuerUnreachable."""
        found = self._document(self.issuer.rstrip("/") + WELL_KNOWN)
        # Another issuer's document, served here by mistake or by somebody else, would have us trust that one's keys.
        if found.get("issuer") != self.issuer:
            raise IssuerUnreachable("otherIssuer")
        address = found.get("jwks_uri")
        if not isinstance(address, str) or not stays_guarded(self.issuer, address):
            raise IssuerUnreachable("keysNotGuarded")
        return self._document(address)

    def _document(self, url: str) -> Json:
        try:
            body = self._body(url)
        except HTTPError as refusal:
            refusal.close()
            raise IssuerUnreachable(f"status{refusal.code}") from None
        except (OSError, HTTPException, ValueError) as fault:
            raise IssuerUnreachable(type(fault).__name__) from None
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            raise IssuerUnreachable("unreadable")
        return document

    def _body(self, url: str) -> bytes:
        """The body, read in pieces: a socket's own time limit begins anew with each of them."""
        latest = time.monotonic() + self.seconds
        request = urllib.request.Request(url, headers={"accept": "application/json"})  # noqa: S310  stays_guarded
        body = b""
        with _opener(url).open(request, timeout=self.seconds) as response:
            while piece := response.read1(_CHUNK):
                body += piece
                if len(body) > MOST_BYTES:
                    raise IssuerUnreachable("tooLong")
                if time.monotonic() > latest:
                    raise IssuerUnreachable("tooSlow")
        return body


def stays_guarded(issuer: str, address: str) -> bool:
    """An issuer elsewhere never sends us to this machine, nor over a way on which answers can be changed."""
    try:
        return is_guarded(address) and is_loopback(address) <= is_loopback(issuer)
    except ValueError:
        return False


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    @override
    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Nothing: a redirect is answered as the refusal that it is."""


def _opener(url: str) -> urllib.request.OpenerDirector:
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if is_loopback(url):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)
