"""The web application: the endpoint, the feeds, the few pages, and what protects them."""

from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from api.execution import Engine
from api.feed_links import feed_links
from api.google_notifications import NOTIFICATIONS, notifications_endpoint
from api.http.endpoint import GraphQLEndpoint
from api.http.headers import SecurityHeaders
from api.http.health import health_routes
from api.http.request_id import RequestIds
from api.pages import page_routes
from api.schema import schema
from api.services import Services
from calendar_sync.feed import feed_routes

PREFLIGHT_SECONDS = 600


def create_app(services: Services) -> Starlette:
    """The application, ready to be served."""
    endpoint = GraphQLEndpoint(services, Engine(services, schema()))
    routes: list[BaseRoute] = [
        # A Route, not a Mount: /graphql itself answers, without a redirect to /graphql/.
        Route("/graphql", _shared(endpoint, services)),
        *feed_routes(services.database, services.keyring, links=feed_links(services)),
        *page_routes(services),
        Route(NOTIFICATIONS, notifications_endpoint(services), methods=["POST"]),
        *health_routes(services),
    ]
    https = services.base_url.startswith("https://")
    return Starlette(routes=routes, middleware=[Middleware(RequestIds), Middleware(SecurityHeaders, https=https)])


def _shared(endpoint: ASGIApp, services: Services) -> ASGIApp:
    """The endpoint, open to browsers on pages of the allowed origins. No cookie counts here, so none is let through."""
    origins = allowed_origins(services)
    if not origins:
        return endpoint
    return CORSMiddleware(
        endpoint,
        allow_origins=origins,
        allow_methods=("GET", "POST"),
        allow_headers=("authorization", "content-type", "x-request-id"),
        expose_headers=("x-request-id", "retry-after"),
        max_age=PREFLIGHT_SECONDS,
    )


def allowed_origins(services: Services) -> list[str]:
    """The origins whose pages may call the API: those of the settings, and the front end's."""
    origins = list(services.allowed_origins)
    if services.front_end_url is not None:
        parts = urlsplit(services.front_end_url)
        origins.append(f"{parts.scheme}://{parts.netloc}")
    return list(dict.fromkeys(origins))
