"""setDateOverride: on one date a coach keeps other hours than the week says, or none."""

import datetime as dt
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import bounded, key
from api.mutations.availability import availability_done
from api.mutations.frame import KEY_WORDS, carry
from api.types.availability import CoachAvailability
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.set_date_override import SetDateOverride, Stretch
from commands.set_date_override import set_date_override as set_override
from commands.transaction import Request

MOST_STRETCHES = 20


@given
class HoursStretchInput:
    """A stretch of the date, on the wall clock of the coach's hours zone."""

    from_: dt.time = strawberry.field(name="from", description="The first minute of the stretch.")
    to: dt.time = strawberry.field(description="The end of the stretch; 00:00 is the end of the day.")


@given
class SetDateOverrideInput:
    """What a coach offers on one date, in place of the week and also on a holiday. Sessions that stand outside it stay."""

    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    date: dt.date = strawberry.field(description="In the coach's hours zone.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    stretches: list[HoursStretchInput] | None = strawberry.field(
        default=None,
        description="All hours of that date; an empty list: not there. Left out or null: the week holds again.",
    )


@output
class SetDateOverrideSuccess:
    """On that date exactly this is offered."""

    availability: CoachAvailability = strawberry.field(description="With the hours of that date.")


SetDateOverrideResult = Annotated[
    SetDateOverrideSuccess | PlainRefusal,
    strawberry.union("SetDateOverrideResult", description="The coach's availability, or why nothing was changed."),
]


def set_date_override(info: Info, input: SetDateOverrideInput) -> SetDateOverrideResult | None:
    """For staff, and for coaches about themselves: publish other hours for one date, or close it."""
    operation = info.context

    def run(request: Request) -> Outcome:
        given_ = None if input.stretches is None else bounded(input.stretches, MOST_STRETCHES, "stretches")
        command = SetDateOverride(
            coach_id=key(input.coach, "Person", "coach"),
            on_date=input.date,
            stretches=None if given_ is None else tuple(Stretch(start=one.from_, to=one.to) for one in given_),
        )
        return set_override(operation.services.database, request, command)

    def success(done: Done) -> SetDateOverrideSuccess:
        return SetDateOverrideSuccess(availability=availability_done(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
