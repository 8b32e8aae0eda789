"""A person's calendars: the secret address of their feed, and their Google Calendar."""

from datetime import datetime

import strawberry

from api.context import Operation
from api.describe import output
from api.scalars import URL
from calendar_sync.feed import feed_url, webcal_url
from calendar_sync.google.words import in_words
from models.queries.calendars import calendar_of
from policy.terms import ConnectionStatus


@output
class GoogleLink:
    """A coach's connected Google Calendar. Sessions are written to it; nothing in it changes a session."""

    status: ConnectionStatus
    connected_at: datetime = strawberry.field(description="When consent was last given.")
    last_pushed_at: datetime | None = strawberry.field(description="When a session was last written to it.")
    last_read_at: datetime | None = strawberry.field(
        description="When it was read last, for what you changed there and for when you are taken elsewhere."
    )
    last_error: str | None = strawberry.field(
        description="The code of what went wrong last, such as `backendError (HTTP 503)`; null since it went well again."
    )
    problem: str | None = strawberry.field(
        description="The same in words for the coach, and what they can do about it; null while all is well."
    )
    waiting_pushes: int = strawberry.field(
        description="Changes that are still to be written to it; 0 as soon as it shows everything."
    )
    failed_pushes: int = strawberry.field(
        description="Sessions that Google refused for good. They stand as booked; only that calendar lacks them."
    )


@output
class CalendarLink:
    """Your calendars."""

    feed_url: URL = strawberry.field(
        description="The address of your iCal feed. Whoever has it can read it: if it leaks, use `rotateFeedUrl`."
    )
    webcal_url: URL = strawberry.field(description="The same address in the form that opens a calendar program.")
    google: GoogleLink | None = strawberry.field(description="Null as long as you have not connected one.")


def calendar_link(operation: Operation, person_id: int) -> CalendarLink | None:
    """The calendars of a person; one statement."""
    row = calendar_of(operation.unit, person_id)
    if row is None:
        return None
    services = operation.services
    url = feed_url(
        services.keyring,
        services.base_url,
        organisation_id=operation.actor.organisation_id,
        person_id=person_id,
        generation=row.feed_generation,
    )
    google = None
    if row.status is not None:
        google = GoogleLink(
            status=ConnectionStatus(row.status),
            connected_at=row.connected_at,
            last_pushed_at=row.last_pushed_at,
            last_read_at=row.pulled_at,
            last_error=row.last_error,
            problem=in_words(row.last_error or row.pull_error or row.busy_error),
            waiting_pushes=row.waiting,
            failed_pushes=row.set_aside,
        )
    return CalendarLink(feed_url=URL(url), webcal_url=URL(webcal_url(url)), google=google)
