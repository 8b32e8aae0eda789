"""GraphiQL, from files of our own: a page to ask in, for whoever has a token or a key. No other page of ours runs scripts."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.pages.html import note

FILES: Final = Path(__file__).parent / "graphiql"
MEDIA: Final = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # The pictures of the editor's marks stand in the style sheet.
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """A file as it is served."""

    content: bytes
    media: str
    tag: str


def graphiql_routes() -> list[Route]:
    """The page, which shows nothing of the schema before somebody has signed in on it, and the files that it needs; `/` leads to it."""
    shell = (FILES / "page.html").read_bytes()
    files = {path.name: _read(path) for path in FILES.iterdir() if path.suffix in MEDIA}

    async def page(_request: Request) -> Response:
        headers = {"content-security-policy": POLICY, "cache-control": "no-store", "x-robots-tag": "noindex"}
        return Response(shell, media_type="text/html; charset=utf-8", headers=headers)

    async def front_door(_request: Request) -> Response:
        return RedirectResponse("/graphiql", headers={"cache-control": "no-store"})

    async def file(request: Request) -> Response:
        found = files.get(request.path_params["name"])
        if found is None:
            return note("Not found", "There is no such file.", status=404)
        headers = {"etag": found.tag, "cache-control": "no-cache", "cross-origin-resource-policy": "same-origin"}
        if request.headers.get("if-none-match") == found.tag:
            return Response(status_code=304, headers=headers)
        return Response(found.content, media_type=found.media, headers=headers)

    return [Route("/", front_door), Route("/graphiql", page), Route("/graphiql/{name}", file)]


def _read(path: Path) -> _File:
    content = path.read_bytes()
    return _File(content=content, media=MEDIA[path.suffix], tag=f'"{sha256(content).hexdigest()[:32]}"')
