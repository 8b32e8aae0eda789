"""The control desk: what tests and demos tell the double from outside. JSON only, so that no page of the web can post to it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from calendar_sync.google_double import doings
from calendar_sync.google_double.service import Service

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def control_routes(service: Service) -> list[Route]:
    """`/control/…`: the log, the events, the faults, and what people do in Google's own pages."""

    async def log(http: HttpRequest) -> Response:
        return JSONResponse(doings.log_since(service, int(http.query_params.get("since", "0"))))

    async def events(http: HttpRequest) -> Response:
        deleted = http.query_params.get("deleted") == "true"
        base_url = str(http.base_url).rstrip("/")
        return JSONResponse(doings.events_of(service, http.path_params["email"], deleted=deleted, base_url=base_url))

    async def do(http: HttpRequest) -> Response:
        if http.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"error": "the control desk reads application/json only"}, 415)
        act = doings.DOINGS.get(http.path_params["name"])
        if act is None:
            return JSONResponse({"error": "there is no such thing to do"}, 404)
        try:
            result = act(service, **(await http.json()))
        except (TypeError, ValueError, KeyError) as error:
            return JSONResponse({"error": f"{type(error).__name__}: {error}"}, 400)
        return JSONResponse({"result": result})

    return [
        Route("/control/log", log, methods=["GET"]),
        Route("/control/events/{email}", events, methods=["GET"]),
        Route("/control/{name}", do, methods=["POST"]),
    ]
