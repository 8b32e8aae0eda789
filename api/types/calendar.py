"""A person's calendars: the secret address of their feed, and their Google Calendar."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import strawberry
from sqlalchemy import Row

from api.context import Info, Operation
from api.describe import output
from api.inputs import InputRefused, bounded, keys
from api.scalars import URL
from calendar_sync.feed import FeedOptions, feed_url, webcal_url
from calendar_sync.feed import Names as FeedNames
from calendar_sync.feed.capability import MOST_DAYS, MOST_KINDS
from calendar_sync.google.words import in_words
from models.queries.calendars import calendar_of
from policy.terms import ConnectionStatus

LONGEST_ALARM: Final = 99_999


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


NamesChosen = Annotated[
    FeedNames, strawberry.argument(description="How the other person of a session is called in it.")
]
AlarmChosen = Annotated[
    int | None,
    strawberry.argument(
        description="So many minutes before each start a calendar program rings, 1 to 99999; left out, none."
    ),
]
DaysChosen = Annotated[
    int | None, strawberry.argument(description="How many days ahead it reaches, 1 to 400; left out, 400.")
]
KindsChosen = Annotated[
    list[strawberry.ID] | None,
    strawberry.argument(description="Sessions of these kinds alone, at most 10; left out, of all."),
]


@output
class CalendarLink:
    """Your calendars."""

    google: GoogleLink | None = strawberry.field(description="Null as long as you have not connected one.")
    person_id: strawberry.Private[int]
    generation: strawberry.Private[int]

    @strawberry.field
    def feed_url(
        self,
        info: Info,
        names: NamesChosen = FeedNames.FULL,
        alarm_minutes: AlarmChosen = strawberry.UNSET,
        days_ahead: DaysChosen = strawberry.UNSET,
        kinds: KindsChosen = strawberry.UNSET,
    ) -> URL:
        """The address of your iCal feed; what you choose is fixed in it. Whoever has it can read it: if it leaks, use `rotateFeedUrl`."""
        return URL(self._url(info.context, _options(names, alarm_minutes, days_ahead, kinds)))

    @strawberry.field
    def webcal_url(
        self,
        info: Info,
        names: NamesChosen = FeedNames.FULL,
        alarm_minutes: AlarmChosen = strawberry.UNSET,
        days_ahead: DaysChosen = strawberry.UNSET,
        kinds: KindsChosen = strawberry.UNSET,
    ) -> URL:
        """The same address in the form that opens a calendar program."""
        return URL(webcal_url(self._url(info.context, _options(names, alarm_minutes, days_ahead, kinds))))

    def _url(self, operation: Operation, options: FeedOptions) -> str:
        return feed_url(
            operation.services.keyring,
            operation.services.base_url,
            organisation_id=operation.actor.organisation_id,
            person_id=self.person_id,
            generation=self.generation,
            options=options,
        )


def _options(names: FeedNames, alarm: int | None, days: int | None, kinds: list[strawberry.ID] | None) -> FeedOptions:
    """What an address can say of these choices. Raises InputRefused."""
    alarm = None if alarm is strawberry.UNSET else alarm
    days = None if days is strawberry.UNSET else days
    chosen = tuple(sorted(set(keys(kinds or [], "SessionKind", "kinds"))))
    if alarm is not None and not 1 <= alarm <= LONGEST_ALARM:
        raise InputRefused(f"1 to {LONGEST_ALARM} minutes.", "alarmMinutes")
    if days is not None and not 1 <= days <= MOST_DAYS:
        raise InputRefused(f"1 to {MOST_DAYS} days.", "daysAhead")
    bounded(chosen, MOST_KINDS, "kinds")
    return FeedOptions(
        names=names,
        alarm=None if alarm is None else timedelta(minutes=alarm),
        days_ahead=days,
        kinds=chosen,
    )


def calendar_link(operation: Operation, person_id: int) -> CalendarLink | None:
    """The calendars of a person; one statement."""
    row = calendar_of(operation.unit, person_id)
    if row is None:
        return None
    return CalendarLink(google=_google(row), person_id=person_id, generation=row.feed_generation)


def _google(row: Row[Any]) -> GoogleLink | None:
    if row.status is None:
        return None
    return GoogleLink(
        status=ConnectionStatus(row.status),
        connected_at=row.connected_at,
        last_pushed_at=row.last_pushed_at,
        last_read_at=row.pulled_at,
        last_error=row.last_error,
        problem=in_words(row.last_error or row.pull_error or row.busy_error),
        waiting_pushes=row.waiting,
        failed_pushes=row.set_aside,
    )
