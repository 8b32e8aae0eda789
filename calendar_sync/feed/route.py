"""`GET /feeds/{capability}.ics`: a feed over HTTP, for calendar programs that ask every hour (CALENDAR 40)."""

import gzip
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from calendar_sync.feed.conditional import entity_tag, has_version, reads_gzip
from calendar_sync.feed.projection import Links, conference_only
from calendar_sync.feed.read import Feed, Publisher, Unchanged, Unknown, read_feed
from models.keyring import Keyring
from models.unit import Database

CALENDAR: Final = "text/calendar; charset=utf-8"
_HIDDEN: Final = {"X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
_ALWAYS: Final = {"Cache-Control": "private, no-cache", "Vary": "Accept-Encoding", **_HIDDEN}
_GZIP_LEVEL: Final = 2
"""A feed repeats itself: higher levels take five times as long for a tenth less."""


def feed_routes(database: Database, keyring: Keyring, *, links: Links = conference_only) -> list[Route]:
    """The routes under which feeds are read; `links` makes the addresses that sessions carry for their reader."""
    publisher = Publisher(database=database, keyring=keyring, links=links)

    def read(request: Request) -> Response:
        return feed_response(publisher, request)

    return [Route("/feeds/{capability}.ics", read, methods=["GET", "HEAD"], name="feed")]


def feed_response(publisher: Publisher, request: Request) -> Response:
    """The answer to one request; it sets no cookie and is kept by nobody but its reader."""
    if_none_match = ",".join(request.headers.getlist("if-none-match"))
    reading = read_feed(
        publisher, request.path_params["capability"], lambda version: has_version(if_none_match, version)
    )
    compressed = reads_gzip(",".join(request.headers.getlist("accept-encoding")))
    match reading:
        case Unknown():
            return Response("No such calendar.\n", 404, {"Cache-Control": "no-store", **_HIDDEN}, "text/plain")
        case Unchanged():
            return Response(status_code=304, headers=_headers(reading.version, compressed=compressed))
        case Feed():
            return _full(reading, compressed=compressed, bare=request.method == "HEAD")


def _headers(version: str, *, compressed: bool) -> dict[str, str]:
    return {"ETag": entity_tag(version, compressed=compressed), **_ALWAYS}


def _full(feed: Feed, *, compressed: bool, bare: bool) -> Response:
    body = gzip.compress(feed.body, _GZIP_LEVEL, mtime=0) if compressed else feed.body
    headers = {
        **_headers(feed.version, compressed=compressed),
        "Content-Type": CALENDAR,
        "Content-Length": str(len(body)),
        **({"Content-Encoding": "gzip"} if compressed else {}),
    }
    return Response(b"" if bare else body, 200, headers)
