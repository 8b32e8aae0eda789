"""Requests as figures and spans tell of them: by the routes that we know, never by what stands behind their first part."""

import time
from collections.abc import Collection
from typing import Final

from starlette.datastructures import Headers
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from telemetry import figures, spans

OTHER: Final = "other"
_QUIET: Final = frozenset({"healthz", "readyz"})


def first_parts(routes: Collection[BaseRoute]) -> frozenset[str]:
    """The first parts of the paths of these routes; the bare address has none."""
    firsts = (one.path.lstrip("/").partition("/")[0] for one in routes if isinstance(one, Route | Mount))
    return frozenset(firsts) - {""}


class Watched:
    """Tells of each request: its route, method, status and duration; a caller's `traceparent` is continued."""

    def __init__(self, app: ASGIApp, routes: Collection[BaseRoute]) -> None:
        self._app = app
        self._known = first_parts(routes) - _QUIET

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The request is answered as it would be without us."""
        first = scope["path"].lstrip("/").partition("/")[0] if scope["type"] == "http" else ""
        if scope["type"] != "http" or first in _QUIET:
            await self._app(scope, receive, send)
            return
        route = first if first in self._known else OTHER
        began, status = time.perf_counter(), 0
        parent = Headers(scope=scope).get("traceparent")
        with spans.span(f"request {route}", side=spans.Side.SERVER, parent=parent, method=scope["method"]) as span:

            async def note(message: Message) -> None:
                nonlocal status
                if message["type"] == "http.response.start":
                    status = message["status"]
                    span.note(status=status, request_id=Headers(raw=message["headers"]).get("x-request-id", ""))
                await send(message)

            try:
                await self._app(scope, receive, note)
            finally:
                if not 0 < status < 500:
                    span.failed(str(status))
                figures.request(route, method=scope["method"], status=status, seconds=time.perf_counter() - began)
