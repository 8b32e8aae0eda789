"""/outcome/{token}: where a coach says what became of a session. Opening it changes nothing; its form does (A9, A15, D-38)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from hashlib import sha256

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.pages.asking import NothingThere, actor_of, settled_context, visit
from api.pages.change_view import session_words
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note, page
from api.pages.outcome_view import answer_of, answers, wish
from api.services import Services
from commands.outcome import Done, Outcome
from commands.record_outcome import RecordOutcome, record_outcome
from commands.state_reason import state_reason
from commands.transaction import Request
from models.unit import Database
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link

Endpoint = Callable[[HttpRequest], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """One opening of the page: the link, the browser's nonce, the reason that is looked at, and what to say first."""

    token: str
    link: ChangeLink
    nonce: str
    say: str | None = None
    was_done: bool = False
    notice: str | None = None
    status: int = 200


def outcome_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url, path="outcome")

    async def outcome(request: HttpRequest) -> Response:
        try:
            opened = _open(services, guard, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(_show, services, guard, opened)
            form = await _checked_form(guard, request, opened)
            return await anyio.to_thread.run_sync(_act, services, guard, opened, form)
        except (NotOurs, NothingThere):
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return outcome


def _open(services: Services, guard: Guard, request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.OUTCOME:
        raise NotOurs
    query = request.query_params
    return Opened(token=token, link=link, nonce=guard.nonce_of(request), say=query.get("say"), was_done="done" in query)


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
        open_ = seen.now < opened.link.expires_at and not opened.was_done
        chosen = answer_of(seen, opened.say) if open_ and opened.say is not None else None
        response = page(
            "outcome.html.jinja",
            status=opened.status,
            title="Thank you" if opened.was_done else "What became of this session?",
            session=session_words(seen),
            organisation=seen.context.organisation_name,
            notice=opened.notice,
            done=opened.was_done,
            chosen=chosen,
            answers=answers(seen) if chosen is None and open_ else (),
            form=guard.signature(opened.token, opened.nonce),
        )
    guard.keep(response, opened.nonce)
    return response


ONCE_MORE = "Nothing was recorded: the page had been open in another browser or for too long. Please look again."


def _act(services: Services, guard: Guard, opened: Opened, form: dict[str, str] | None) -> Response:
    version = "" if form is None else form.get("version", "")
    if form is None or not (version.isascii() and version.isdigit() and len(version) < 10):
        return _show(services, guard, replace(opened, notice=ONCE_MORE, status=403))
    opened = replace(opened, say=form.get("say", ""))
    context = settled_context(services.database, opened.link)
    if context.now >= opened.link.expires_at:
        return _show(services, guard, replace(opened, say=None, notice="This link has expired.", status=410))
    key = f"page:{sha256(f'{opened.token}|{version}|{opened.say}'.encode()).hexdigest()}"
    request = Request(actor=actor_of(opened.link, context), now=context.now, idempotency_key=key)
    outcome = _carry_out(services.database, request, opened, int(version))
    if isinstance(outcome, Done):
        return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})
    return _show(services, guard, replace(opened, notice=f"Nothing was recorded. {outcome.message}", status=409))


def _carry_out(database: Database, request: Request, opened: Opened, version: int) -> Outcome:
    with visit(database, opened.link) as seen:
        command = wish(seen, opened.say or "", version)
    if isinstance(command, RecordOutcome):
        return record_outcome(database, request, command)
    return state_reason(database, request, command)
