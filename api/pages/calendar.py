"""/calendar/{token}: the way back to Google's consent page, for somebody whose connection has broken; gone once it is mended."""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio.to_thread
from sqlalchemy import text
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Bearer
from api.google_ticket import start_url
from api.pages.html import note, page
from api.services import Services
from models.queries.context import Context, load_context
from notifications.capability import NotOurs
from notifications.links import LinkKind, read_link
from policy.calendars import CalendarPlace
from policy.terms import ConnectionStatus, Role

STATUS: Final = text(
    "SELECT status, place FROM google_connection WHERE organisation_id = :organisation AND person_id = :person"
)


def calendar_endpoint(services: Services) -> Callable[[Request], Awaitable[Response]]:
    """GET shows the way on, for as long as there is something to mend; whoever goes it still has to consent at Google."""

    async def calendar(request: Request) -> Response:
        try:
            return await anyio.to_thread.run_sync(_show, services, request.path_params["token"])
        except NotOurs:
            said = "Perhaps a part of it is missing. Please open it from the message again, or copy it whole."
            return note("This link is not valid", said, status=404)

    return calendar


def _show(services: Services, token: str) -> Response:
    link = read_link(services.keyring, token)
    if link.kind is not LinkKind.CONNECT:
        raise NotOurs
    with services.database.unit(link.organisation_id, read_only=True) as unit:
        context = load_context(unit, link.person_id)
        values = {"organisation": link.organisation_id, "person": link.person_id}
        found = unit.connection.execute(STATUS, values).one_or_none()
    if context is None or not {Role.COACH, Role.MEMBER} & context.roles:
        raise NotOurs
    if found is not None and found.status == ConnectionStatus.CONNECTED:
        return note("Your Google Calendar is connected", "There is nothing to mend.", status=200)
    if found is None or context.now >= link.expires_at:
        said = "Your Google Calendar can be connected in your calendar settings."
        return note("This link is no longer good", said, status=410)
    url = start_url(
        services,
        Bearer(organisation_id=link.organisation_id, person_id=link.person_id),
        CalendarPlace(found.place),
    )
    return _way_on(context, url)


def _way_on(context: Context, url: str) -> Response:
    return page(
        "calendar.html.jinja",
        title="Connect your Google Calendar again",
        url=url,
        organisation=context.organisation_name,
    )
