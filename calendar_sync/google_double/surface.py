"""The HTTP surface: Google's addresses, the pages, the control desk; and what goes wrong between us and the caller."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from calendar_sync.google_double.control import control_routes
from calendar_sync.google_double.faults import Fault, FaultKind
from calendar_sync.google_double.pages import page_routes
from calendar_sync.google_double.requests import Request
from calendar_sync.google_double.service import Served, Service

LOOPBACK_NAMES: Final = frozenset({"127.0.0.1", "localhost", "::1"})
_AT_ONCE: Final = struct.pack("ii", 1, 0)

Serve = Callable[[Request], Served]


class Wire(HttpToolsProtocol):
    """A connection that the application can tear: `scope["wire"]` is its transport."""

    def on_headers_complete(self) -> None:
        """The request's scope knows its transport before the application sees it."""
        self.scope["wire"] = self.transport  # pyright: ignore[reportGeneralTypeIssues]
        super().on_headers_complete()


def create_app(service: Service) -> Starlette:
    """The double as a web application; it answers calls to this machine's own names only."""
    routes = [
        Route("/calendar/v3/{rest:path}", _endpoint(service.call), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route("/token", _endpoint(service.token), methods=["POST"]),
        Route("/revoke", _endpoint(service.revoke), methods=["POST"]),
        *page_routes(service),
        *control_routes(service),
    ]
    return Starlette(routes=routes, middleware=[Middleware(OnlyOurName)])


class OnlyOurName:
    """Refuses a Host that is not this machine's, so that no page of the web reaches the double by a name of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The call goes on, or ends with 403."""
        host = next((value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"host"), "")
        if scope["type"] == "http" and urlsplit(f"//{host}").hostname not in LOOPBACK_NAMES:
            await PlainTextResponse("This server answers to 127.0.0.1 only.\n", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def read_request(http: HttpRequest) -> Request:
    """The request as the service wants it; a method override is honoured, because the client uses it for long addresses."""
    headers = {name.lower(): value for name, value in http.headers.items()}
    override = headers.get("x-http-method-override")
    path = http.scope.get("raw_path", b"").decode("latin-1") or http.url.path
    return Request(
        method=override or http.method,
        path=path.partition("?")[0],
        query=http.query_params.multi_items(),
        base_url=str(http.base_url).rstrip("/"),
        headers=headers,
        body=await http.body(),
    )


def _endpoint(serve: Serve) -> Callable[[HttpRequest], Any]:
    async def endpoint(http: HttpRequest) -> Response:
        served = serve(await read_request(http))
        answer = served.answer
        response = Response(
            answer.body, answer.status or 500, answer.headers, answer.media_type if answer.body else None
        )
        return response if served.fault is None else await _spoilt(http, response, served.fault)

    return endpoint


async def _spoilt(http: HttpRequest, response: Response, fault: Fault) -> Response:
    match fault.kind:
        case FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            return response
        case FaultKind.RESET | FaultKind.ANSWER_LOST:
            return Broken(_reset)
        case FaultKind.ANSWER_DROPPED:
            return Broken(_close)
        case FaultKind.ANSWER_TORN:
            return Broken(_close, whole=bytes(response.body))
        case _:
            return response


class Broken(Response):
    """An answer of which the first half arrives, if anything, before the connection ends in this way."""

    def __init__(self, end: Callable[[asyncio.Transport], None], *, whole: bytes = b"") -> None:
        super().__init__()
        self._end = end
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The connection is gone."""
        if self._whole:
            length = str(len(self._whole)).encode()
            headers = [(b"content-type", b"application/json; charset=UTF-8"), (b"content-length", length)]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            half = self._whole[: len(self._whole) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
        self._end(scope["wire"])
        # The server learns of the end of the connection in its next turns, and then expects no answer any more.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


def _close(wire: asyncio.Transport) -> None:
    """End the connection in order, once what was written is on its way."""
    wire.close()


def _reset(wire: asyncio.Transport) -> None:
    """End the connection as a crashed machine would: without a farewell, what is on its way is lost."""
    wire.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    wire.abort()
