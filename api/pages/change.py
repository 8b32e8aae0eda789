"""/change/{token}: the plain page behind a message's change links. Opening it changes nothing; its form does (D-38, M3, D-04)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from hashlib import sha256
from typing import Final

import anyio.to_thread
from starlette.requests import Request as HttpRequest
from starlette.responses import RedirectResponse, Response

from api.pages.asking import NothingThere, actor_of, settled_context, visit
from api.pages.change_show import Opened, instant_of, show
from api.pages.change_view import check, offer_of, why_not
from api.pages.guard import FormRefused, Guard, read_form
from api.pages.html import note
from api.services import Services
from commands.cancel import CancelSession, cancel
from commands.outcome import Done, Outcome, Refused, Stale
from commands.reschedule import RescheduleSession, reschedule
from commands.transaction import Request
from notifications.capability import NotOurs
from notifications.links import LinkKind, read_link
from policy.terms import RefusalCode

Endpoint = Callable[[HttpRequest], Awaitable[Response]]
_CHANGES: Final = frozenset({LinkKind.CANCEL, LinkKind.RESCHEDULE})


def change_endpoint(services: Services) -> Endpoint:
    """GET and HEAD show, POST acts."""
    guard = Guard(keyring=services.keyring, base_url=services.base_url)

    async def change(request: HttpRequest) -> Response:
        try:
            opened = _open(services, guard, request)
            if request.method != "POST":
                return await anyio.to_thread.run_sync(show, services, guard, opened)
            form = await _checked_form(guard, request, opened)
            return await anyio.to_thread.run_sync(_act, services, guard, opened, form)
        except (NotOurs, NothingThere):
            return _not_a_link()

    return change


def _open(services: Services, guard: Guard, request: HttpRequest) -> Opened:
    token = request.path_params["token"]
    link = read_link(services.keyring, token)
    if link.kind not in _CHANGES:
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


def _act(services: Services, guard: Guard, opened: Opened, form: dict[str, str] | None) -> Response:
    if form is None or _version(form) is None:
        return show(services, guard, replace(opened, notice=_ONCE_MORE, status=403))
    opened = replace(opened, to=instant_of(form.get("to")))
    context = settled_context(services.database, opened.link)
    if context.now >= opened.link.expires_at or _still_to_be_chosen(services, opened):
        return show(services, guard, replace(opened, status=409))
    request = Request(
        actor=actor_of(opened.link, context),
        now=context.now,
        idempotency_key=_key(opened, form),
        freshen=services.freshen(opened.link.organisation_id),
    )
    outcome = _carry_out(services, request, opened, form)
    if isinstance(outcome, Done):
        return RedirectResponse("?done", status_code=303, headers={"Cache-Control": "no-store"})
    return show(services, guard, _once_more(opened, outcome))


def _still_to_be_chosen(services: Services, opened: Opened) -> bool:
    """Whether a move was asked for without a new time, although it is not too late for one."""
    if opened.cancels or opened.to is not None:
        return False
    with visit(services.database, opened.link) as seen:
        offer = offer_of(check(seen, None), seen)
    return offer is not None and not offer.ends


def _version(form: dict[str, str]) -> int | None:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


_ONCE_MORE: Final = "Nothing was changed: the page had been open in another browser or for too long. Please look again."


def _carry_out(services: Services, request: Request, opened: Opened, form: dict[str, str]) -> Outcome:
    """The act of the link's purpose, with the digest of what was shown and the version that was read."""
    session, version = opened.link.session_id, _version(form)
    acknowledge = form.get("acknowledge") or None
    if opened.cancels:
        wish = CancelSession(session_id=session, acknowledge=acknowledge, if_version=version)
        return cancel(services.database, request, wish)
    move = RescheduleSession(session_id=session, acknowledge=acknowledge, if_version=version, to=opened.to)
    return reschedule(services.database, request, move)


def _once_more(opened: Opened, outcome: Refused | Stale) -> Opened:
    """The page anew, with why nothing happened."""
    match outcome.code:
        case RefusalCode.LATE_CHANGE_NEEDS_ACK:
            said = "Nothing was changed: please tick the box to say that you know what you lose."
        case RefusalCode.CONSEQUENCE_CHANGED:
            said = "Nothing was changed: what this means has changed since the page was shown. Please look again."
        case RefusalCode.STALE_VERSION:
            said = "Nothing was changed: the session has changed since the page was shown. Please look again."
        case code:
            said = f"Nothing was changed. {why_not(code, outcome.message)}"
    return replace(opened, notice=said, status=409)


def _key(opened: Opened, form: dict[str, str]) -> str:
    """The same click twice is one act: what was shown and chosen names it."""
    chosen = "|".join((opened.token, form["version"], form.get("acknowledge", ""), form.get("to", "")))
    return f"page:{sha256(chosen.encode()).hexdigest()}"


def _not_a_link() -> Response:
    return note(
        "This link is not valid",
        "Perhaps a part of it is missing. Please open it from the message again, or copy it whole.",
        status=404,
    )
