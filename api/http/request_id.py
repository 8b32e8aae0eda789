"""The id of a request: in its answer, in every log line about it, and in the due work that it causes."""

import secrets
from dataclasses import replace
from typing import Final

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.services import Services
from models.unit import REQUEST_ID

HEADER: Final = "x-request-id"
_STATE: Final = "request_id"


class RequestIds:
    """ASGI middleware: every request has an id, the caller's own where it can be written to a log as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})[_STATE] = request_id

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self._app(scope, receive, named)


def request_id_of(request: HTTPConnection) -> str:
    """The id of a request that came through the middleware."""
    found: str = request.scope["state"][_STATE]
    return found


def on_behalf_of(services: Services, request: HTTPConnection) -> Services:
    """The same services; the due work that is written with them keeps the id of this request."""
    return replace(services, database=services.database.caused_by(request_id_of(request)))
