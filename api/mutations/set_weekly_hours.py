"""setWeeklyHours: when a coach may be booked, week by week."""

from datetime import time
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import bounded, key
from api.mutations.frame import KEY_WORDS, carry
from api.mutations.people import person_done
from api.scalars import TimeZone
from api.types.person import Person
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.set_weekly_hours import Hours, SetWeeklyHours
from commands.set_weekly_hours import set_weekly_hours as set_hours
from commands.transaction import Request

NAMES = {"zone": "hoursZone"}
MOST_HOURS = 100


@given
class WeeklyHoursInput:
    """A stretch of one weekday, on the wall clock of the coach's hours zone."""

    weekday: int = strawberry.field(description="0 is Monday, 6 is Sunday.")
    from_: time = strawberry.field(name="from", description="The first minute of the stretch.")
    to: time = strawberry.field(description="The end of the stretch; 00:00 is the end of the day.")


@given
class SetWeeklyHoursInput:
    """The whole week of a coach: what is not named is not offered. Sessions that stand outside it stay."""

    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    hours: list[WeeklyHoursInput] = strawberry.field(description="Stretches of a day do not overlap.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    hours_zone: TimeZone | None = strawberry.field(
        default=None, description="Another zone for the coach's hours; left out, it stays as it is."
    )


@output
class SetWeeklyHoursSuccess:
    """The coach's published week is exactly this."""

    person: Person


SetWeeklyHoursResult = Annotated[
    SetWeeklyHoursSuccess | PlainRefusal,
    strawberry.union("SetWeeklyHoursResult", description="The coach, or why nothing was changed."),
]


def set_weekly_hours(info: Info, input: SetWeeklyHoursInput) -> SetWeeklyHoursResult | None:
    """For staff, and for coaches about themselves: publish the week in which a coach may be booked."""
    operation = info.context

    def run(request: Request) -> Outcome:
        hours = bounded(input.hours, MOST_HOURS, "hours")
        command = SetWeeklyHours(
            coach_id=key(input.coach, "Person", "coach"),
            hours=tuple(Hours(weekday=one.weekday, start=one.from_, to=one.to) for one in hours),
            zone=input.hours_zone,
        )
        return set_hours(operation.services.database, request, command)

    def success(done: Done) -> SetWeeklyHoursSuccess:
        return SetWeeklyHoursSuccess(person=person_done(operation, done))

    return carry(operation, input.idempotency_key, run, success, names=NAMES)
