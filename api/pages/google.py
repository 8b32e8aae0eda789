"""/google/start and /google/callback: somebody's browser on its way to Google's consent page and back (CALENDAR 23)."""

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlsplit

import anyio.to_thread
import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.google_ticket import read_ticket
from api.http.request_id import on_behalf_of
from api.pages.html import note
from api.services import Services
from calendar_sync.google import connect
from calendar_sync.google.failures import GoogleFailure, Permanent, ScopesMissing
from calendar_sync.google.handshake import StateRefused
from notifications.capability import NotOurs

Endpoint = Callable[[Request], Awaitable[Response]]
log = structlog.get_logger("fortnight.api")
COOKIE: Final = "fortnight_google"
CALLBACK: Final = "/google/callback"
_LONGEST: Final = 4096


def callback_url(services: Services) -> str:
    """Where Google sends the browser back to; registered with Google for a live organisation's client."""
    return f"{services.base_url}{CALLBACK}"


def start_endpoint(services: Services) -> Endpoint:
    """GET leaves the handshake in the browser and leads to Google's consent page; nothing is stored here."""

    async def start(request: Request) -> Response:
        ticket = request.query_params.get("ticket", "")
        try:
            consent = await anyio.to_thread.run_sync(_begin, services, ticket)
        except NotOurs:
            return _try_again("This address is not good any more", "It can be used for ten minutes.", status=410)
        except connect.NotOffered:
            return note(
                "There is no calendar to connect",
                "Google Calendar is not set up for this organisation.",
                status=404,
            )
        except GoogleFailure as fault:
            return _failed(fault)
        if consent is None:
            return _connected()
        response = RedirectResponse(consent.url, status_code=302, headers=_HEADERS)
        # Lax, not Strict: the browser comes back from Google, and has to bring the cookie.
        response.set_cookie(
            COOKIE,
            consent.handshake.state,
            max_age=int(connect.CONSENT_LASTS.total_seconds()),
            path=_path(services),
            secure=services.base_url.startswith("https://"),
            httponly=True,
            samesite="lax",
        )
        return response

    return start


def callback_endpoint(services: Services) -> Endpoint:
    """GET finishes what this browser began: the coach is connected, or a page says why not."""

    async def callback(request: Request) -> Response:
        given = {name: request.query_params.get(name, "")[:_LONGEST] for name in ("state", "code", "error")}
        begun_with = request.cookies.get(COOKIE, "")
        response = await anyio.to_thread.run_sync(_finish, on_behalf_of(services, request), given, begun_with)
        response.delete_cookie(COOKIE, path=_path(services), httponly=True, samesite="lax")
        return response

    return callback


_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


def _path(services: Services) -> str:
    return f"{urlsplit(services.base_url).path}/google"


def _begin(services: Services, ticket: str) -> connect.Consent | None:
    who, place = read_ticket(services, ticket)
    if connect.delegate(
        services.database,
        services.google,
        organisation_id=who.organisation_id,
        person_id=who.person_id,
        place=place,
    ):
        return None
    return connect.begin(
        services.database,
        services.google,
        organisation_id=who.organisation_id,
        person_id=who.person_id,
        redirect_uri=callback_url(services),
        real_now=services.real_now(),
        place=place,
    )


def _finish(services: Services, given: dict[str, str], begun_with: str) -> Response:
    if given["error"]:
        return _refused_by_its_owner(given["error"])
    try:
        connect.finish(
            services.database,
            services.google,
            state=given["state"],
            begun_with=begun_with,
            code=given["code"],
            redirect_uri=callback_url(services),
            real_now=services.real_now(),
        )
    except StateRefused:
        return _try_again(
            "This did not begin in this browser",
            "Or it took longer than ten minutes. Nothing was connected.",
            status=403,
        )
    except connect.NotOffered:
        return note(
            "There is no calendar to connect", "Google Calendar is not set up for this organisation.", status=404
        )
    except GoogleFailure as fault:
        return _failed(fault)
    return _connected()


def _connected() -> Response:
    return note(
        "Your Google Calendar is connected",
        "Your sessions are on their way into it. You can close this page.",
        status=200,
    )


def _refused_by_its_owner(error: str) -> Response:
    if error == "access_denied":
        return _try_again("You did not allow it", "Nothing was connected, and nothing else has changed.", status=200)
    return _try_again("Google did not go on", "Nothing was connected.", status=502)


def _failed(fault: GoogleFailure) -> Response:
    log.warning("google_connection_failed", error=fault.code)
    match fault:
        case ScopesMissing():
            return _try_again(
                "Not everything was allowed",
                "Please tick all boxes on Google's page: without them your sessions cannot be kept in your calendar.",
                status=403,
            )
        case Permanent():
            return _try_again("Google did not accept it", "Nothing was connected.", status=502)
        case _:
            return _try_again("Google cannot be reached at the moment", "Nothing was connected.", status=503)


def _try_again(title: str, said: str, *, status: int) -> Response:
    return note(title, said, "Please begin again from your calendar settings.", status=status)
