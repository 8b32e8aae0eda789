"""POST /google/notifications: Google says that a calendar has changed; which, a token of ours proves (CALENDAR 28).

What is said is never believed: it only makes us read. An unknown channel or another token makes no work.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.http.request_id import on_behalf_of
from api.services import Services
from calendar_sync.google.watching import Told, told
from commands.read_calendar import hear

NOTIFICATIONS: Final = "/google/notifications"
_HEADERS: Final = {"Cache-Control": "no-store"}


def notifications_endpoint(services: Services) -> Callable[[Request], Awaitable[Response]]:
    """204 for a channel of ours, 404 for any other; the body is not read."""

    async def notifications(request: Request) -> Response:
        heard = told(services.keyring, request.headers)
        if heard is None or not await anyio.to_thread.run_sync(_hear, on_behalf_of(services, request), heard):
            return Response(status_code=404, headers=_HEADERS)
        return Response(status_code=204, headers=_HEADERS)

    return notifications


def _hear(services: Services, heard: Told) -> bool:
    if not heard.changed:
        return True
    return hear(
        services.database,
        heard.organisation_id,
        heard.person_id,
        channel=heard.channel_id,
        resource=heard.resource_id,
        number=heard.number,
    )
