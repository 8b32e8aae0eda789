"""/answer/{token}: where what was proposed is accepted or declined. Opening it changes nothing; its forms do (T3, D-36, D-38)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.pages.answer_view import Asked, Yes, asked_of, choice_of, yes_of
from api.pages.asking import NothingThere, Visit, actor_of, settled_context, visit
from api.pages.change_show import instant_of
from api.pages.change_view import session_words
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note, page
from api.services import Services
from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of the page: the link, the browser's nonce, the time that is looked at, and what to say first."""

    token: str
    link: ChangeLink
    nonce: str
    to: datetime | None = None
    after: datetime | None = None
    was_done: bool = False
    notice: str | None = None
    status: int = 200


def answer_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url, path="answer")

    async def answer(request: HttpRequest) -> Response:
        try:
            opened = _open(services, guard, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(_show, services, guard, opened)
            form = await _checked_form(guard, request, opened)
            return await anyio.to_thread.run_sync(_act, services, guard, opened, form)
        except (NotOurs, NothingThere):
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return answer


def _open(services: Services, guard: Guard, request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.ANSWER:
        raise NotOurs
    query = request.query_params
    return Opened(
        token=token,
        link=link,
        nonce=guard.nonce_of(request),
        to=instant_of(query.get("to")),
        after=instant_of(query.get("after")),
        was_done="done" in query,
    )


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
        asked = None if opened.was_done else asked_of(seen)
        yes = None if asked is None or (asked.chooses and opened.to is None) else yes_of(seen, asked, opened.to)
        response = page(
            "answer.html.jinja",
            status=opened.status,
            session=session_words(seen),
            organisation=seen.context.organisation_name,
            notice=opened.notice or (yes if isinstance(yes, str) else None),
            done=opened.was_done,
            asked=asked,
            yes=yes if isinstance(yes, Yes) else None,
            choice=_choice(seen, asked, yes, opened),
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


def _choice(seen: Visit, asked: Asked | None, yes: Yes | str | None, opened: Opened) -> object:
    """Times to choose from, where that is left to the visitor and none is chosen that can be had."""
    if asked is None or not asked.chooses or isinstance(yes, Yes):
        return None
    return choice_of(seen, asked, after=opened.after)


ONCE_MORE = "Nothing was changed: the page had been open in another browser or for too long. Please look again."


def _act(services: Services, guard: Guard, opened: Opened, form: dict[str, str] | None) -> Response:
    version = "" if form is None else form.get("version", "")
    if form is None or not (version.isascii() and version.isdigit() and len(version) < 10):
        return _show(services, guard, replace(opened, notice=ONCE_MORE, status=403))
    opened = replace(opened, to=instant_of(form.get("to")))
    context = settled_context(services.database, opened.link)
    request = Request(
        actor=actor_of(opened.link, context),
        now=context.now,
        idempotency_key=_key(opened, form),
        freshen=services.freshen(opened.link.organisation_id),
    )
    outcome = _carry_out(services, request, opened, form, int(version))
    if isinstance(outcome, Done):
        return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})
    said = "it was answered already" if outcome is None else outcome.message
    return _show(services, guard, replace(opened, notice=f"Nothing was changed: {said}", status=409))


def _key(opened: Opened, form: dict[str, str]) -> str:
    """The same click twice is one act: what was shown and chosen names it."""
    chosen = "|".join((opened.token, *(form.get(name, "") for name in ("proposal", "version", "say", "to"))))
    return f"page:{sha256(chosen.encode()).hexdigest()}"


def _carry_out(
    services: Services, request: Request, opened: Opened, form: dict[str, str], version: int
) -> Outcome | None:
    """What came of the answer; None where the form names no proposal."""
    number = form.get("proposal", "")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    proposal = int(number)
    if form.get("say") != "yes":
        return answer_proposal(services.database, request, DeclineProposal(proposal_id=proposal, if_version=version))
    command = AcceptProposal(
        proposal_id=proposal,
        if_version=version,
        at=opened.to,
        acknowledge=form.get("acknowledge") or None,
    )
    return answer_proposal(services.database, request, command)
