"""One log line for each request, without the part of its path that may be a secret address."""

import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger()
_QUIET: Final = frozenset({"/healthz", "/readyz"})


class AccessLog:
    """Logs method, first part of the path, status and duration; addresses of feeds, mailboxes and links stay unsaid."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request is answered as it would be without us."""
        if scope["type"] != "http" or scope["path"] in _QUIET:
            await self._app(scope, receive, send)
            return
        status, request_id, began = 0, None, time.perf_counter()

        async def note(message: Message) -> None:
            nonlocal status, request_id
            if message["type"] == "http.response.start":
                status, request_id = message["status"], _request_id(message)
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            ms = round((time.perf_counter() - began) * 1000, 1)
            named = {} if request_id is None else {"request_id": request_id}
            log.info("request", method=scope["method"], path=first_part(scope["path"]), status=status, ms=ms, **named)


def _request_id(response: Message) -> str | None:
    """The id that the answer names; it was made by us or found harmless."""
    return next((value.decode("ascii") for name, value in response["headers"] if name == b"x-request-id"), None)


def first_part(path: str) -> str:
    """`/feeds/…` for a feed; a path of one part as it is, unless it could be anything."""
    first, _, rest = path.lstrip("/").partition("/")
    return f"/{first[:20]}/…" if rest else f"/{first[:20]}"
