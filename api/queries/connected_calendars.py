"""connectedCalendars: whose Google Calendar follows their sessions, and whose does not."""

from typing import Annotated

import strawberry

from api.connections import After, Before, Connection, First, Last, connection, window
from api.context import Info
from api.types.calendar import CALENDARS, ConnectedCalendar, connected_calendar
from models.queries.calendars import calendars_of, connections_page
from policy.terms import ConnectionStatus

OfStatus = Annotated[
    ConnectionStatus | None, strawberry.argument(description="Only those that stand so, such as BROKEN.")
]


def connected_calendars(
    info: Info,
    status: OfStatus = strawberry.UNSET,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
) -> Connection[ConnectedCalendar] | None:
    """For staff: the Google calendars of coaches and members, with what waits, what went wrong and what was put right."""
    operation = info.context
    operation.require_staff()
    part = window(CALENDARS, first, after, last, before)
    page = connections_page(operation.unit, part, status=status or None)
    found = calendars_of(operation.unit, [row.person_id for row in page.rows])
    return connection(page, CALENDARS, part, lambda row: connected_calendar(found[row.person_id]))
