"""/join/{token}: a person's own way into a session; it leads on to the conference as soon as there is one (M22)."""

from collections.abc import Awaitable, Callable

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.pages.asking import NothingThere, Visit, visit
from api.pages.change_view import session_words
from api.pages.html import note, page
from api.services import Services
from models.queries.views import sessions_of_ids
from notifications.capability import NotOurs
from notifications.links import LinkKind, read_link
from policy.terms import SessionStatus

Endpoint = Callable[[Request], Awaitable[Response]]


def join_endpoint(services: Services) -> Endpoint:
    """GET leads to the conference, or says why there is none; it changes nothing."""

    async def join(request: Request) -> Response:
        try:
            return await anyio.to_thread.run_sync(_lead_on, services, request.path_params["token"])
        except (NotOurs, NothingThere):
            return note(
                "This link is not valid",
                "Perhaps a part of it is missing. Please open it from the message again, or copy it whole.",
                status=404,
            )

    return join


def _lead_on(services: Services, token: str) -> Response:
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.JOIN:
        raise NotOurs
    with visit(services.database, link) as seen:
        if seen.case.facts.status is SessionStatus.CANCELLED:
            return _said(seen, "This session is cancelled", "There is nothing to join.", status=410)
        if seen.now >= max(link.expires_at, seen.case.subject.ends_at):
            return _said(seen, "This session is over", "There is nothing to join any more.", status=410)
        row = sessions_of_ids(seen.unit, [link.session_id])[link.session_id]
        if row.conference_url is not None:
            headers = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
            return RedirectResponse(row.conference_url, status_code=302, headers=headers)
        return _without_conference(seen)


def _without_conference(seen: Visit) -> Response:
    other = session_words(seen).other
    if seen.case.policy.value("conference.provider") == "GOOGLE_MEET":
        said = f"The room is not there yet. Please look again in a moment; if it stays away, {other} can tell you where to meet."
        return _said(seen, "The room is being made", said, status=200, again=True)
    return _said(seen, "No room of ours", f"Where you meet is agreed between you and {other}.", status=200)


def _said(seen: Visit, title: str, said: str, *, status: int, again: bool = False) -> Response:
    return page(
        "join.html.jinja",
        status=status,
        title=title,
        said=said,
        again=again,
        session=session_words(seen),
        organisation=seen.context.organisation_name,
    )
