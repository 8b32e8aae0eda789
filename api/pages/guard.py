"""Forms of ours: small, and sent from our own page in the browser that the page was shown in."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from os import urandom
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from models.keyring import Keyring

COOKIE: Final = "fortnight_form"
LARGEST_FORM: Final = 8 * 1024
_MOST_FIELDS: Final = 20
_NONCE_LETTERS: Final = 32
_SITES: Final = frozenset({"same-origin", "none"})


class FormRefused(Exception):
    """The form did not come from our page in this browser, or is no form of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """Ties a form to the link it was shown for and to the browser it was shown in: a nonce in a cookie, and its signature."""

    keyring: Keyring
    base_url: str
    path: str = "change"

    def nonce_of(self, request: Request) -> str:
        """The browser's nonce; a new one where it has none, so that forms in other tabs stay good."""
        known = request.cookies.get(COOKIE, "")
        return known if _is_nonce(known) else urandom(_NONCE_LETTERS // 2).hex()

    def signature(self, link: str, nonce: str) -> str:
        """What the form carries."""
        return hmac.digest(self.keyring.key("pages/form"), f"{nonce}.{link}".encode(), sha256).hex()

    def keep(self, response: Response, nonce: str) -> None:
        """Leave the nonce in the browser, for as long as it runs; other sites' forms do not send it."""
        response.set_cookie(
            COOKIE,
            nonce,
            path=f"{urlsplit(self.base_url).path}/{self.path}",
            secure=self.base_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )

    def check(self, request: Request, link: str, form: dict[str, str]) -> None:
        """The form comes from our own page for this link. Raises FormRefused."""
        nonce = request.cookies.get(COOKIE, "")
        if request.headers.get("sec-fetch-site", "same-origin") not in _SITES or not _is_nonce(nonce):
            raise FormRefused
        if not hmac.compare_digest(form.get("form", "").encode(), self.signature(link, nonce).encode()):
            raise FormRefused


def _is_nonce(text: str) -> bool:
    return len(text) == _NONCE_LETTERS and text.isascii() and text.isalnum()


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form of at most 8 KiB; a field that comes twice counts once. Raises FormRefused."""
    if not _is_form(request.headers):
        raise FormRefused
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise FormRefused
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError:
        raise FormRefused from None


def _is_form(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"
