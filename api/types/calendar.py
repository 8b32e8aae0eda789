"""A person's calendars: the secret address of their feed, and their Google Calendar."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

import strawberry
from sqlalchemy import Row

from api.connections import Place
from api.context import Info, Operation
from api.describe import output
from api.ids import global_id
from api.inputs import InputRefused, bounded, keys
from api.scalars import URL
from api.types.person import Person, person
from calendar_sync.feed import FeedOptions, feed_url, webcal_url
from calendar_sync.feed import Names as FeedNames
from calendar_sync.feed.capability import MOST_DAYS, MOST_KINDS
from calendar_sync.google.words import in_words
from models.queries.calendars import calendar_of
from policy.calendars import CalendarPlace
from policy.terms import ConnectionStatus

LONGEST_ALARM: Final = 99_999
CALENDARS = Place(list="connectedCalendars", columns=("person_id",))


@output
class CalendarDifference:
    """A session whose event was not as it should be."""

    session_id: strawberry.ID = strawberry.field(description="The id of the session, as `Session`.")
    starts_at: datetime = strawberry.field(description="When the session begins.")
    what: str = strawberry.field(description="In what its event differed, in words.")


@output
class CalendarCheck:
    """The calendar held against the sessions, event by event, once a day; what differs is written anew."""

    at: datetime = strawberry.field(description="When it was compared last.")
    sessions: int = strawberry.field(description="How many sessions to come were compared.")
    differing: int = strawberry.field(description="How many differed, times that are held for an answer too.")
    repaired: int = strawberry.field(description="How many of them were written anew.")
    problem: str | None = strawberry.field(description="Why it could not be compared, in words; null where it was.")
    differences: list[CalendarDifference] = strawberry.field(
        description="Which sessions differed, and in what; at most 50 of them."
    )


@output
class GoogleLink:
    """A connected Google Calendar. Sessions are written to it; nothing in it changes a session."""

    status: ConnectionStatus
    calendar: CalendarPlace = strawberry.field(description="Which of their calendars follows.")
    connected_at: datetime = strawberry.field(description="When consent was last given.")
    last_pushed_at: datetime | None = strawberry.field(description="When a session was last written to it.")
    last_read_at: datetime | None = strawberry.field(
        description="When it was read last, for what you changed there and for when you are taken elsewhere."
    )
    last_error: str | None = strawberry.field(
        description="The code of what went wrong last, such as `backendError (HTTP 503)`; null since it went well again."
    )
    problem: str | None = strawberry.field(
        description="The same in words for its owner, and what they can do about it; null while all is well."
    )
    waiting_pushes: int = strawberry.field(
        description="Changes that are still to be written to it; 0 as soon as it shows everything."
    )
    failed_pushes: int = strawberry.field(
        description="Sessions that Google refused for good. They stand as booked; only that calendar lacks them."
    )
    last_check: CalendarCheck | None = strawberry.field(
        description="What was found when it was last held against the sessions; null before the first time."
    )


@output
class ConnectedCalendar:
    """Whose Google Calendar is connected, or was, and how it stands: for the team."""

    person: Person = strawberry.field(description="Whose it is.")
    google: GoogleLink = strawberry.field(description="How it stands.")


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


def connected_calendar(row: Row[Any]) -> ConnectedCalendar:
    """The connected calendar of a person's row."""
    google = _google(row)
    if google is None:
        raise LookupError(row.person_id)
    return ConnectedCalendar(person=person(row.person_id, row.name, row.zone), google=google)


def _google(row: Row[Any]) -> GoogleLink | None:
    if row.status is None:
        return None
    return GoogleLink(
        status=ConnectionStatus(row.status),
        calendar=CalendarPlace(row.place),
        connected_at=row.connected_at,
        last_pushed_at=row.last_pushed_at,
        last_read_at=row.pulled_at,
        last_error=row.last_error,
        problem=in_words(row.last_error or row.pull_error or row.busy_error),
        waiting_pushes=row.waiting,
        failed_pushes=row.set_aside,
        last_check=None if row.checked is None else _check(row.checked),
    )


def _check(told: dict[str, Any]) -> CalendarCheck:
    return CalendarCheck(
        at=datetime.fromisoformat(told["at"]),
        sessions=told["sessions"],
        differing=told["differing"],
        repaired=told["repaired"],
        problem=in_words(told["failure"]),
        differences=[
            CalendarDifference(
                session_id=strawberry.ID(global_id("Session", one["session"])),
                starts_at=datetime.fromisoformat(one["starts_at"]),
                what=one["what"],
            )
            for one in told["found"]
        ],
    )
