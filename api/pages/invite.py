"""/invite/{token}: where an invite is accepted or declined. Opening it changes nothing; its forms do (V6, V7, D-38)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.pages.asking import NothingThere, actor_of
from api.pages.change_show import instant_of
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note, page
from api.pages.invite_view import Invited, look, settled_reader
from api.services import Services
from commands.answer_proposal import answer_proposal
from commands.answers import AcceptProposal, DeclineProposal
from commands.outcome import Done, Outcome
from commands.transaction import Request
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
ONCE_MORE = "Nothing was changed: the page had been open in another browser or for too long. Please look again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of the page: the link, the browser's nonce, the time that is looked at, and what to say first."""

    token: str
    link: ChangeLink
    nonce: str
    to: datetime | None
    was_done: bool
    notice: str | None = None
    status: int = 200


def invite_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url, path="invite")

    async def invite(request: HttpRequest) -> Response:
        try:
            opened = _open(services, guard, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(_show, services, guard, opened)
            form = await _checked_form(guard, request, opened)
            return await anyio.to_thread.run_sync(_act, services, guard, opened, form)
        except (NotOurs, NothingThere):
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return invite


def _open(services: Services, guard: Guard, request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.INVITE:
        raise NotOurs
    query = request.query_params
    return Opened(
        token=token,
        link=link,
        nonce=guard.nonce_of(request),
        to=instant_of(query.get("to")),
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
    seen: Invited = look(services.database, opened.link, opened.to)
    response = page(
        "invite.html.jinja",
        status=opened.status,
        seen=seen,
        notice=opened.notice or seen.problem,
        done=opened.was_done,
        form=guard.signature(opened.token, opened.nonce),
    )
    guard.keep(response, opened.nonce)
    return response


def _act(services: Services, guard: Guard, opened: Opened, form: dict[str, str] | None) -> Response:
    version = "" if form is None else form.get("version", "")
    if form is None or not (version.isascii() and version.isdigit() and len(version) < 10):
        return _show(services, guard, replace(opened, notice=ONCE_MORE, status=403))
    opened = replace(opened, to=instant_of(form.get("to")))
    outcome = _carry_out(services, opened, form, int(version))
    if isinstance(outcome, Done):
        return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})
    return _show(services, guard, replace(opened, notice=f"Nothing was changed: {outcome.message}", status=409))


def _carry_out(services: Services, opened: Opened, form: dict[str, str], version: int) -> Outcome:
    context = settled_reader(services.database, opened.link)
    chosen = "|".join((opened.token, *(form.get(name, "") for name in ("version", "say", "to"))))
    # The same click twice is one act: what was shown and chosen names it.
    key = f"page:{sha256(chosen.encode()).hexdigest()}"
    request = Request(actor=actor_of(opened.link, context), now=context.now, idempotency_key=key)
    proposal = opened.link.session_id
    if form.get("say") != "yes":
        return answer_proposal(services.database, request, DeclineProposal(proposal_id=proposal, if_version=version))
    acknowledge = form.get("acknowledge") or None
    command = AcceptProposal(proposal_id=proposal, if_version=version, at=opened.to, acknowledge=acknowledge)
    return answer_proposal(services.database, request, command)
