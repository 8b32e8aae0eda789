"""When a coach is there, as it was published."""

import datetime as dt
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated, Any

import strawberry
from sqlalchemy import Row

from api.context import Info, Operation
from api.describe import output
from api.errors import CodedError, ErrorCode
from api.scalars import TimeZone
from api.types.membership import TimeOff, time_off
from api.types.person import Person, person
from models.queries.availability import overrides_of, terms_of, times_off_of, weekly_hours_of

LONGEST_RANGE = dt.timedelta(days=366)

FromDate = Annotated[dt.date, strawberry.argument(name="from", description="The first date.")]
ToDate = Annotated[dt.date, strawberry.argument(description="The last date, itself inside; at most a year later.")]


@output
class WeeklyHours:
    """A stretch of one weekday, on the wall clock of the coach's hours zone."""

    weekday: int = strawberry.field(description="0 is Monday, 6 is Sunday.")
    from_: dt.time = strawberry.field(name="from", description="The first minute of the stretch.")
    to: dt.time = strawberry.field(description="The end of the stretch; 00:00 is the end of the day.")


@output
class HoursStretch:
    """A stretch of a date, on the wall clock of the coach's hours zone."""

    from_: dt.time = strawberry.field(name="from", description="The first minute of the stretch.")
    to: dt.time = strawberry.field(description="The end of the stretch; 00:00 is the end of the day.")


@output
class DateOverride:
    """On this date of the coach's hours zone these hours hold in place of the week, also on a holiday."""

    date: dt.date = strawberry.field(description="In the coach's hours zone.")
    stretches: list[HoursStretch] = strawberry.field(description="Empty where the coach is not there that day.")


@output
class Holiday:
    """A date on which nobody's published week holds, and which is no business day."""

    date: dt.date = strawberry.field(description="For each coach the date of their own hours zone.")
    name: str


@output
class Term:
    """A term of the organisation: it lasts until the next one begins. Counts of a policy may ask for it."""

    starts_on: dt.date = strawberry.field(description="Its first day, in the organisation's zone.")
    name: str


def terms(operation: Operation) -> list[Term]:
    """All terms, in order."""
    return [Term(starts_on=row.starts_on, name=row.name) for row in terms_of(operation.unit)]


@output
class CoachAvailability:
    """When a coach is there, as it was published. What can be booked of it, and is not taken: `openings`."""

    coach: Person = strawberry.field(description="Whose time it is.")
    hours_zone: TimeZone = strawberry.field(description="The zone in which hours and dates are read.")
    buffer_before: dt.timedelta = strawberry.field(description="Kept free before each session.")
    buffer_after: dt.timedelta = strawberry.field(description="Kept free after each session.")
    key: strawberry.Private[int]

    @strawberry.field
    def weekly_hours(self, info: Info) -> list[WeeklyHours]:
        """The coach's week."""
        rows = weekly_hours_of(info.context.unit, self.key)
        return [WeeklyHours(weekday=row.weekday, from_=row.from_time, to=row.to_time) for row in rows]

    @strawberry.field
    def date_overrides(self, info: Info, from_: FromDate, to: ToDate) -> list[DateOverride]:
        """Dates in this range on which the week does not hold."""
        check_range(from_, to)
        rows = overrides_of(info.context.unit, self.key, from_, to)
        return [_override(day, list(stretches)) for day, stretches in groupby(rows, key=lambda row: row.on_date)]

    @strawberry.field
    def times_off(self, info: Info) -> list[TimeOff]:
        """The first 100 stretches in which the coach is away that are not over. Shown to the coach and to staff, else empty."""
        operation = info.context
        if operation.reader not in (None, self.key):
            return []
        return [time_off(row) for row in times_off_of(operation.unit, self.key, now=operation.now)]


def check_range(first: dt.date, last: dt.date) -> None:
    """Raise CodedError INVALID_INPUT for dates that are not in order or too far apart."""
    if not dt.timedelta(0) <= last - first <= LONGEST_RANGE:
        raise CodedError(ErrorCode.INVALID_INPUT, "A range has at most 367 dates, the first one first.", argument="to")


def _override(day: dt.date, stretches: Sequence[Row[Any]]) -> DateOverride:
    found = [HoursStretch(from_=row.from_time, to=row.to_time) for row in stretches if row.from_time is not None]
    return DateOverride(date=day, stretches=found)


def coach_availability(row: Row[Any]) -> CoachAvailability:
    """The availability of a row of `models.queries.availability.coach_of_id`."""
    return CoachAvailability(
        coach=person(row.coach_id, row.name, row.zone),
        hours_zone=TimeZone(row.hours_zone),
        buffer_before=row.buffer_before,
        buffer_after=row.buffer_after,
        key=row.coach_id,
    )
