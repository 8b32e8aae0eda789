"""setHolidays: on which dates of a year nobody's published week holds."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import bounded
from api.mutations.frame import KEY_WORDS, carry
from api.types.availability import Holiday
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.set_holidays import NamedDay, SetHolidays
from commands.set_holidays import set_holidays as set_
from commands.transaction import Request
from models.queries.availability import holidays_between

MOST_HOLIDAYS = 366


@given
class HolidayInput:
    """A date of the year."""

    date: dt.date = strawberry.field(description="For each coach the date of their own hours zone.")
    name: str = strawberry.field(description="1 to 200 characters.")


@given
class SetHolidaysInput:
    """All holidays of a year: what is not named is none. Sessions that stand on one stay."""

    year: int = strawberry.field(description="Other years stay as they are.")
    holidays: list[HolidayInput] = strawberry.field(description="Dates of that year, each named once.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SetHolidaysSuccess:
    """The holidays of that year are exactly these."""

    holidays: list[Holiday] = strawberry.field(description="All of that year, in order.")


SetHolidaysResult = Annotated[
    SetHolidaysSuccess | PlainRefusal,
    strawberry.union("SetHolidaysResult", description="The holidays of the year, or why nothing was changed."),
]


def set_holidays(info: Info, input: SetHolidaysInput) -> SetHolidaysResult | None:
    """For staff: say on which dates of a year nothing is offered, unless a coach overrides one, and no business day is counted."""
    operation = info.context

    def run(request: Request) -> Outcome:
        days = bounded(input.holidays, MOST_HOLIDAYS, "holidays")
        command = SetHolidays(
            year=input.year, holidays=tuple(NamedDay(on_date=one.date, name=one.name) for one in days)
        )
        return set_(operation.services.database, request, command)

    def success(_done: Done) -> SetHolidaysSuccess:
        first, last = dt.date(input.year, 1, 1), dt.date(input.year, 12, 31)
        rows = holidays_between(operation.unit, first, last)
        return SetHolidaysSuccess(holidays=[Holiday(date=row.on_date, name=row.name) for row in rows])

    return carry(operation, input.idempotency_key, run, success)
