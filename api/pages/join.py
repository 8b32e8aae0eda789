"""/join/{token}: a person's own way into a session; it leads on to the conference as soon as there is one (M22)."""

from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.http.request_id import on_behalf_of
from api.pages.asking import NothingThere, Visit, actor_of, settled_context, visit
from api.pages.change_view import session_words
from api.pages.html import note, page
from api.services import Services
from commands.attend import Attend, attend
from commands.transaction import Request as Command
from models.queries.views import sessions_of_ids
from notifications.capability import NotOurs
from notifications.links import ChangeLink, LinkKind, read_link
from policy.attending import objection_to_attending
from policy.terms import PresenceSignal, SessionStatus

Endpoint = Callable[[Request], Awaitable[Response]]


def join_endpoint(services: Services) -> Endpoint:
    """GET leads to the conference, or says why there is none; from shortly before the start POST does, and notes who came.

    A program that opens the links of mails does not post: it is never taken for a person (D-19, D-38). The link alone says who
    comes, so that nobody is kept out because their browser keeps no cookies.
    """

    async def join(request: Request) -> Response:
        try:
            lead = _come_in if request.method == "POST" else _lead_on
            ours = on_behalf_of(services, request)
            return await anyio.to_thread.run_sync(lead, ours, request.path_params["token"])
        except (NotOurs, NothingThere):
            return note(
                "This link is not valid",
                "Perhaps a part of it is missing. Please open it from the message again, or copy it whole.",
                status=404,
            )

    return join


def _lead_on(services: Services, token: str) -> Response:
    link = _read(services, token)
    with visit(services.database, link) as seen:
        closed = _closed(seen)
        if closed is not None:
            return closed
        if objection_to_attending(seen.case.facts, now=seen.now) is None:
            return _said(seen, "You can join now", "It is noted that you came.", status=200, enter=True)
        url = _conference(seen)
        if url is not None:
            headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
            return RedirectResponse(url, status_code=302, headers=headers)
        return _without_conference(seen)


def _come_in(services: Services, token: str) -> Response:
    """It is noted that the person came, and they are led on; whatever comes of the note, they get in."""
    link = _read(services, token)
    context = settled_context(services.database, link)
    request = Command(actor=actor_of(link, context), now=context.now)
    attend(services.database, request, Attend(session_id=link.session_id, signal=PresenceSignal.JOIN_LINK))
    with visit(services.database, link) as seen:
        closed = _closed(seen)
        if closed is not None:
            return closed
        url = _conference(seen)
        return _without_conference(seen) if url is None else _to_the_room(seen, url)


def _to_the_room(seen: Visit, url: str) -> Response:
    """A page that goes on by itself: a form of ours must not lead to another site, a page may."""
    response = _said(seen, "The room is open", "You are led there by yourself in a moment.", status=200, room=url)
    response.headers["Refresh"] = f"0; url={url}"
    return response


def _read(services: Services, token: str) -> ChangeLink:
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.JOIN:
        raise NotOurs
    return link


def _closed(seen: Visit) -> Response | None:
    if seen.case.facts.status is SessionStatus.CANCELLED:
        return _said(seen, "This session is cancelled", "There is nothing to join.", status=410)
    if seen.now >= max(seen.link.expires_at, seen.case.subject.ends_at):
        return _said(seen, "This session is over", "There is nothing to join any more.", status=410)
    return None


def _conference(seen: Visit) -> str | None:
    return sessions_of_ids(seen.unit, [seen.link.session_id])[seen.link.session_id].conference_url


def _without_conference(seen: Visit) -> Response:
    other = session_words(seen).other
    provider = seen.case.policy.value("conference.provider")
    if provider == "NONE":
        said = f"You meet in person, where it is agreed between you and {other}."
        return _said(seen, "This session is not online", said, status=200)
    if provider == "GOOGLE_MEET":
        said = f"The room is not there yet. Please look again in a moment; if it stays away, {other} can tell you where to meet."
        return _said(seen, "The room is being made", said, status=200, again=True)
    return _said(seen, "No room of ours", f"Where you meet is agreed between you and {other}.", status=200)


def _said(
    seen: Visit,
    title: str,
    said: str,
    *,
    status: int,
    again: bool = False,
    enter: bool = False,
    room: str | None = None,
) -> Response:
    return page(
        "join.html.jinja",
        status=status,
        title=title,
        said=said,
        again=again,
        enter=enter,
        room=room,
        session=session_words(seen),
        organisation=seen.context.organisation_name,
    )
