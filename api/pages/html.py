"""One way to make a page: escaped, strictly fenced in, kept by nobody, and with an address that does not leak."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.responses import HTMLResponse

from notifications.safe import line

TEMPLATES: Final = Path(__file__).parent / "templates"
STYLE: Final = (TEMPLATES / "style.css").read_text(encoding="utf-8")
STYLE_HASH: Final = b64encode(sha256(STYLE.encode()).digest()).decode()

OUR_STYLE_ONLY: Final = f"style-src 'sha256-{STYLE_HASH}'"
STYLES_OF_MAILS: Final = "style-src 'unsafe-inline'"
"""Only where a mail is shown: its styles stand at its elements, and its frame runs nothing."""


def page(
    template: str,
    *,
    status: int = 200,
    styles: str = OUR_STYLE_ONLY,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> HTMLResponse:
    """The template with what it says. No script runs, nothing is loaded, no other site learns the address."""
    body = _environment().get_template(template).render(said | {"style": Markup(STYLE)})  # noqa: S704  a file of ours
    return HTMLResponse(body, status_code=status, headers={**_headers(styles), **(headers or {})})


def note(title: str, *sentences: str, status: int, headers: dict[str, str] | None = None) -> HTMLResponse:
    """A page that only says something."""
    return page("note.html.jinja", status=status, headers=headers, title=title, sentences=sentences)


def _headers(styles: str) -> dict[str, str]:
    policy = f"default-src 'none'; {styles}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    return {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow, noarchive",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["name"] = _name
    return environment


def _name(words: str) -> Markup:
    """A name whose direction does not reach what stands around it."""
    return Markup("<bdi>{}</bdi>").format(line(words))
