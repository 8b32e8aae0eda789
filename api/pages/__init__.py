"""The few pages for browsers: changing a session, joining it, a sandbox's mailbox, connecting Google; no scripts but GraphiQL's."""

from starlette.routing import Route

from api.pages.answer import answer_endpoint
from api.pages.calendar import calendar_endpoint
from api.pages.change import change_endpoint
from api.pages.google import CALLBACK, callback_endpoint, start_endpoint
from api.pages.graphiql_page import graphiql_routes
from api.pages.invite import invite_endpoint
from api.pages.join import join_endpoint
from api.pages.keep import keep_endpoint
from api.pages.mailbox import mailbox_endpoint, mailbox_url
from api.pages.outcome import outcome_endpoint
from api.services import Services

__all__ = ["mailbox_url", "page_routes"]


def page_routes(services: Services) -> list[Route]:
    """All pages; opening one never changes anything, only the form of a change page does (D-38)."""
    mailbox = mailbox_endpoint(services)
    return [
        Route("/change/{token}", change_endpoint(services), methods=["GET", "POST"]),
        Route("/answer/{token}", answer_endpoint(services), methods=["GET", "POST"]),
        Route("/invite/{token}", invite_endpoint(services), methods=["GET", "POST"]),
        Route("/keep/{token}", keep_endpoint(services), methods=["GET", "POST"]),
        Route("/outcome/{token}", outcome_endpoint(services), methods=["GET", "POST"]),
        Route("/join/{token}", join_endpoint(services), methods=["GET", "POST"]),
        Route("/mailbox/{token}", mailbox, methods=["GET"]),
        Route("/mailbox/{token}/{mail:int}", mailbox, methods=["GET"]),
        Route("/calendar/{token}", calendar_endpoint(services), methods=["GET"]),
        Route("/google/start", start_endpoint(services), methods=["GET"]),
        Route(CALLBACK, callback_endpoint(services), methods=["GET"]),
        *(graphiql_routes() if services.graphiql else ()),
    ]
