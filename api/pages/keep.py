"""/keep/{token}: where a member says which of several bookings is kept. Opening it changes nothing; its form does (M12, D-14, D-38)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.pages.asking import NothingThere, actor_of, settled_context, visit
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note, page
from api.pages.keep_view import Kept, kept_of, number_of, question_of
from api.services import Services
from commands.keep_session import KeepSession, keep_session
from commands.outcome import Done
from commands.transaction import Request
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of the page: the link, the browser's nonce, the booking that is looked at, and what to say first."""

    token: str
    link: ChangeLink
    nonce: str
    keep: int | None = None
    was_done: bool = False
    notice: str | None = None
    status: int = 200


def keep_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url, path="keep")

    async def keep(request: HttpRequest) -> Response:
        try:
            opened = _open(services, guard, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(_show, services, guard, opened)
            form = await _checked_form(guard, request, opened)
            return await anyio.to_thread.run_sync(_act, services, guard, opened, form)
        except (NotOurs, NothingThere):
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return keep


def _open(services: Services, guard: Guard, request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.KEEP:
        raise NotOurs
    query = request.query_params
    keep = number_of(query.get("keep"))
    return Opened(token=token, link=link, nonce=guard.nonce_of(request), keep=keep, was_done="done" in query)


async def _checked_form(guard: Guard, request: HttpRequest, opened: Opened) -> dict[str, str] | None:
    """The form's fields; None where it did not come from our page in this browser."""
    try:
        form = await read_form(request)
        guard.check(request, opened.token, form)
    except FormRefused:
        return None
    return form


def _show(services: Services, guard: Guard, opened: Opened) -> Response:
    with visit(services.database, opened.link) as seen:
        question = None if opened.was_done else question_of(seen)
        looked_at = opened.keep if question is not None else None
        kept = None if question is None or looked_at is None else kept_of(seen, question, looked_at)
        response = page(
            "keep.html.jinja",
            status=opened.status,
            kind=seen.case.subject.kind_name,
            organisation=seen.context.organisation_name,
            notice=opened.notice or (kept if isinstance(kept, str) else None),
            done=opened.was_done,
            question=question,
            kept=kept if isinstance(kept, Kept) else None,
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


ONCE_MORE = "Nothing was changed: the page had been open in another browser or for too long. Please look again."


def _act(services: Services, guard: Guard, opened: Opened, form: dict[str, str] | None) -> Response:
    number = None if form is None else number_of(form.get("keep"))
    version = None if form is None else number_of(form.get("version"))
    if number is None or version is None:
        return _show(services, guard, replace(opened, notice=ONCE_MORE, status=403))
    context = settled_context(services.database, opened.link)
    request = Request(actor=actor_of(opened.link, context), now=context.now)
    command = KeepSession(session_id=number, if_version=version)
    outcome = keep_session(services.database, request, command) if _among(services, opened, number) else None
    if isinstance(outcome, Done):
        return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})
    said = "it is answered already, or its time is over." if outcome is None else outcome.message
    return _show(services, guard, replace(opened, notice=f"Nothing was changed: {said}", status=409))


def _among(services: Services, opened: Opened, number: int) -> bool:
    """Whether it is one of the bookings between which this link lets its person choose."""
    with visit(services.database, opened.link) as seen:
        question = question_of(seen)
    return question is not None and any(one.number == number for one in question.bookings)
