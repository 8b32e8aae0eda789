"""The pages that people see: consent, a calendar, a meeting; each says that it is not Google."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from calendar_sync.google_double import agenda, oauth
from calendar_sync.google_double.oauth import Authorisation, AuthorisationRefused
from calendar_sync.google_double.requests import Request
from calendar_sync.google_double.service import Service

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
# Nothing but the page itself: no script, no foreign address, no frame around it.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
    # So that a form of ours says where it comes from, and nobody else is told.
    "referrer-policy": "same-origin",
}

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


def page_routes(service: Service) -> list[Route]:
    """The consent page at Google's address, and the demo's own pages."""

    async def show_accounts(_: HttpRequest) -> Response:
        return _page("accounts.html", accounts=agenda.accounts_of(service))

    async def show_calendar(http: HttpRequest) -> Response:
        email, base_url = http.path_params["email"], str(http.base_url).rstrip("/")
        found = agenda.agenda_of(service, email, base_url=base_url)
        if found is None:
            return _page("message.html", 404, title="No such account", text=email, back="/", back_text="All accounts")
        return _page("calendar.html", **found)

    async def show_meeting(http: HttpRequest) -> Response:
        title = f"Meeting {http.path_params['code']}"
        return _page("message.html", title=title, text="Here the call would take place.", back="", back_text="")

    return [
        Route("/o/oauth2/v2/auth", _ask_consent(service), methods=["GET"]),
        Route("/o/oauth2/v2/auth", _decide_consent(service), methods=["POST"]),
        Route("/", show_accounts, methods=["GET"]),
        Route("/calendar/{email}", show_calendar, methods=["GET"]),
        Route("/meet/{code}", show_meeting, methods=["GET"]),
    ]


def _ask_consent(service: Service) -> Endpoint:
    async def ask_consent(http: HttpRequest) -> Response:
        try:
            wish = oauth.authorisation(http.query_params, service.clients)
        except AuthorisationRefused as refused:
            return _wrong_request(refused)
        descriptions = oauth.known_scopes()
        return _page(
            "consent.html",
            client=wish.asked.client_id,
            email=wish.login_hint or "",
            scopes=[(scope, descriptions[scope]) for scope in wish.scopes],
            target=urlsplit(wish.asked.redirect_uri).netloc,
        )

    return ask_consent


def _decide_consent(service: Service) -> Endpoint:
    async def decide_consent(http: HttpRequest) -> Response:
        try:
            wish = oauth.authorisation(http.query_params, service.clients)
        except AuthorisationRefused as refused:
            return _wrong_request(refused)
        if http.headers.get("origin") not in (None, str(http.base_url).rstrip("/")):
            return _page("message.html", 403, title="Refused", text="Another page sent this.", back="", back_text="")
        return await _decided(service, http, wish)

    return decide_consent


async def _decided(service: Service, http: HttpRequest, wish: Authorisation) -> Response:
    sent = parse_qsl((await http.body()).decode("utf-8", "replace"))
    form = dict(sent)
    email = form.get("email", "").strip().lower()
    allowed = form.get("decision") == "allow"
    if allowed and "@" not in email:
        return _page(
            "message.html", 400, title="No account", text="An e-mail address is needed.", back="", back_text=""
        )
    request = Request(method="POST", path=http.url.path, query=http.query_params.multi_items(), base_url="", headers={})
    scopes = frozenset(value for name, value in sent if name == "granted")
    target = service.consent(request, wish, email=email, allowed=allowed, scopes=scopes)
    return RedirectResponse(target, 303, headers=_HEADERS)


def _wrong_request(refused: AuthorisationRefused) -> Response:
    return _page("message.html", 400, title="This request is not valid", text=str(refused), back="", back_text="")


def _page(template: str, status: int = 200, **values: Any) -> Response:
    return HTMLResponse(TEMPLATES.get_template(template).render(**values), status, headers=_HEADERS)
