"""The endpoint /graphql (GraphQL over HTTP, draft): POST for everything, GET for queries of signed-in callers."""

import re

import anyio
import anyio.to_thread
import orjson
from sqlalchemy import QueuePool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.auth import Caller
from api.errors import STATUS, WELL_FORMED, CodedError, ErrorCode, Unauthenticated, answered, plain
from api.execution import Answered, Asked, Engine
from api.http.body import Parameters, read_address, read_body
from api.http.media import Media, negotiate
from api.http.request_id import request_id_of
from api.services import Services
from api.sign_in import SignIn

ALLOWED = "GET, POST"
DEFAULT_THREADS = 8
_BEARER = re.compile(r"bearer +(\S+) *", re.IGNORECASE)


class GraphQLEndpoint:
    """An ASGI application that answers GraphQL requests."""

    def __init__(self, services: Services, engine: Engine) -> None:
        self._services = services
        self._engine = engine
        self._threads = services.threads or connections_of(services)
        self._limiter: anyio.CapacityLimiter | None = None
        self._sign_in: SignIn | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        try:
            response = await self.respond(request)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def respond(self, request: Request) -> Response:
        """The response to a request."""
        request_id = request_id_of(request)
        media = negotiate(request.headers.get("accept"))
        if media is None:
            refusal = CodedError(ErrorCode.NOT_ACCEPTABLE, f"Answers are {Media.GRAPHQL} or {Media.JSON}.")
            return _response(_refused(refusal), Media.JSON)
        try:
            asked = await self._asked(request, request_id)
        except CodedError as refusal:
            return _response(_refused(refusal), media)
        except ClientDisconnect:
            raise
        except Exception as fault:  # noqa: BLE001  the boundary: logged once and masked
            unexpected = answered(fault, request_id, debug=self._services.debug)
            return _response(_refused(unexpected), media)
        return _response(await self._executed(asked), media)

    async def _asked(self, request: Request, request_id: str) -> Asked:
        if request.method not in ("GET", "POST"):
            raise CodedError(ErrorCode.METHOD_NOT_ALLOWED, "GraphQL is asked by POST, or by GET for queries.")
        caller = await self._caller(request)
        reading = request.method == "GET"
        if reading and caller is None:
            raise Unauthenticated("Queries by GET are for signed-in callers: send a bearer token, or use POST.")
        given: Parameters = read_address(request) if reading else await read_body(request)
        return Asked(
            text=given.query,
            operation_name=given.operation_name,
            variables=given.variables,
            reading=reading,
            caller=caller,
            request_id=request_id,
        )

    async def _caller(self, request: Request) -> Caller | None:
        """Who is signed in; nobody without an Authorization header. Raises Unauthenticated for a token that is not good."""
        header = request.headers.get("authorization")
        if header is None:
            return None
        found = _BEARER.fullmatch(header)
        token = "" if found is None else found[1]
        if self._sign_in is None:
            self._sign_in = SignIn(self._services, self._documents())
        return await self._sign_in.caller(token)

    async def _executed(self, asked: Asked) -> Answered:
        return await anyio.to_thread.run_sync(self._engine.answer, asked, limiter=self._documents())

    def _documents(self) -> anyio.CapacityLimiter:
        """How many threads use the database at a time; it can only be made inside the event loop."""
        if self._limiter is None:
            self._limiter = anyio.CapacityLimiter(self._threads)
        return self._limiter


def connections_of(services: Services) -> int:
    """How many connections the pool has: more documents at a time would wait for each other inside a transaction."""
    pool = services.database.engine.pool
    return max(1, pool.size()) if isinstance(pool, QueuePool) else DEFAULT_THREADS


def _refused(refusal: CodedError) -> Answered:
    return Answered(body={"errors": [plain(refusal)]}, code=refusal.code)


def _response(answered: Answered, media: Media) -> Response:
    headers = {
        "cache-control": "no-store",
        "vary": "Accept, Authorization",
    }
    match answered.code:
        case ErrorCode.METHOD_NOT_ALLOWED:
            headers["allow"] = ALLOWED
        case ErrorCode.UNAUTHENTICATED:
            headers["www-authenticate"] = 'Bearer realm="fortnight"'
        case ErrorCode.CATCHING_UP | ErrorCode.UNAVAILABLE | ErrorCode.RATE_LIMITED:
            headers["retry-after"] = str(answered.body["errors"][0]["extensions"].get("retryAfterSeconds", 1))
        case _:
            pass
    return Response(
        orjson.dumps(answered.body),
        status_code=_status(answered.code, media),
        headers=headers,
        media_type=f"{media}; charset=utf-8",
    )


def _status(code: ErrorCode | None, media: Media) -> int:
    if code is None or (code in WELL_FORMED and media is Media.JSON):
        return 200
    return STATUS.get(code, 400)
