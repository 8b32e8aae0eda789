"""removeTimeOff: a coach is there after all."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.availability import availability_done
from api.mutations.frame import KEY_WORDS, carry
from api.types.availability import CoachAvailability
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.remove_time_off import RemoveTimeOff
from commands.remove_time_off import remove_time_off as remove
from commands.transaction import Request


@given
class RemoveTimeOffInput:
    """In which stretch a coach is there after all."""

    time_off: strawberry.ID = strawberry.field(description="The id of the time off.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class RemoveTimeOffSuccess:
    """The published hours of that stretch are offered again."""

    availability: CoachAvailability = strawberry.field(description="When the coach is there now.")


RemoveTimeOffResult = Annotated[
    RemoveTimeOffSuccess | PlainRefusal,
    strawberry.union("RemoveTimeOffResult", description="The coach's availability, or why nothing was changed."),
]


def remove_time_off(info: Info, input: RemoveTimeOffInput) -> RemoveTimeOffResult | None:
    """For staff, and for coaches about themselves: take a time off back."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RemoveTimeOff(time_off_id=key(input.time_off, "TimeOff", "timeOff"))
        return remove(operation.services.database, request, command)

    def success(done: Done) -> RemoveTimeOffSuccess:
        return RemoveTimeOffSuccess(availability=availability_done(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
