"""Pages behind a message's links: opening one changes nothing, its form does, once (D-38)."""

from collections.abc import Awaitable, Callable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.http.request_id import on_behalf_of
from api.pages.asking import NothingThere
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note
from api.services import Services
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
ONCE_MORE: Final = "the page had been open in another browser or for too long. Please look again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of a page: the link, the browser's nonce, what the address or the form asks for, and what to say first."""

    token: str
    link: ChangeLink
    nonce: str
    to: datetime | None = None
    after: datetime | None = None
    say: str | None = None
    number: int | None = None
    was_done: bool = False
    notice: str | None = None
    status: int = 200

    @property
    def cancels(self) -> bool:
        """Whether the link is for a cancellation."""
        return self.link.kind is LinkKind.CANCEL

    def key(self, *chosen: str) -> str:
        """The same click twice is one act: what was shown and chosen names it."""
        return f"page:{sha256('|'.join((self.token, *chosen)).encode()).hexdigest()}"

    def refused(self, notice: str) -> "Opened":
        """The page anew, with why nothing happened."""
        return replace(self, notice=notice, status=409)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form of ours, from our own page for the link, in this browser: the version that was read, and all its fields."""

    version: int
    fields: Mapping[str, str]

    def get(self, name: str) -> str:
        """What a field holds; nothing where it was not sent."""
        return self.fields.get(name, "")


Show = Callable[[Services, Guard, Opened], Response]
Act = Callable[[Services, Guard, Opened, Sent], Response]


def link_page(
    services: Services, path: str, kinds: Set[LinkKind], *, show: Show, act: Act, unchanged: str = "changed"
) -> Endpoint:
    """The page at `path` of links of these kinds: GET and HEAD show it, POST acts. `unchanged`: what a refused form did not do."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url, path=path)

    def answer(ours: Services, opened: Opened, form: Sent | None) -> Response:
        if form is None:
            notice = f"Nothing was {unchanged}: {ONCE_MORE}"
            return show(ours, guard, replace(opened, notice=notice, status=403))
        return act(ours, guard, opened, form)

    async def endpoint(request: HttpRequest) -> Response:
        ours = on_behalf_of(services, request)
        try:
            opened = _open(services, guard, kinds, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(show, ours, guard, opened)
            return await anyio.to_thread.run_sync(answer, ours, opened, await _checked_form(guard, request, opened))
        except (NotOurs, NothingThere):
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return endpoint


def _open(services: Services, guard: Guard, kinds: Set[LinkKind], request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind not in kinds:
        raise NotOurs
    query = request.query_params
    return Opened(
        token=token,
        link=link,
        nonce=guard.nonce_of(request),
        to=instant_of(query.get("to")),
        after=instant_of(query.get("after")),
        say=query.get("say"),
        number=number_of(query.get("keep")),
        was_done="done" in query,
    )


async def _checked_form(guard: Guard, request: HttpRequest, opened: Opened) -> Sent | None:
    """The form; None where it did not come from our page in this browser, or names no version."""
    try:
        form = await read_form(request)
        guard.check(request, opened.token, form)
    except FormRefused:
        return None
    version = _version_of(form)
    return None if version is None else Sent(version=version, fields=form)


def done() -> Response:
    """The browser goes on to the page that says so: loading it again repeats nothing."""
    return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})


def _version_of(form: Mapping[str, str]) -> int | None:
    text = form.get("version", "")
    return number_of(text) if len(text) < 10 else None


def number_of(text: str | None) -> int | None:
    """A number of an address or a form of ours; anything else is none."""
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else None


def instant_of(text: str | None) -> datetime | None:
    """A time of an address of ours; anything else is none."""
    try:
        found = datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None
    # Days are added and taken away around it: the ends of the calendar are no times of ours.
    return found if 2000 <= found.year < 2200 else None
