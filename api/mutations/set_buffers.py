"""setBuffers: how long a coach stays free before and after each session."""

from datetime import timedelta
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
from commands.set_buffers import SetBuffers
from commands.set_buffers import set_buffers as set_
from commands.transaction import Request


@given
class SetBuffersInput:
    """What a coach keeps free around sessions. Sessions that stand closer together stay."""

    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    before: timedelta = strawberry.field(description="Before each session, at most 12 hours.")
    after: timedelta = strawberry.field(description="After each session, at most 12 hours.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class SetBuffersSuccess:
    """New sessions of the coach keep this distance."""

    availability: CoachAvailability = strawberry.field(description="With the new buffers.")


SetBuffersResult = Annotated[
    SetBuffersSuccess | PlainRefusal,
    strawberry.union("SetBuffersResult", description="The coach's availability, or why nothing was changed."),
]


def set_buffers(info: Info, input: SetBuffersInput) -> SetBuffersResult | None:
    """For staff, and for coaches about themselves: say how long to stay free before and after each session."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SetBuffers(coach_id=key(input.coach, "Person", "coach"), before=input.before, after=input.after)
        return set_(operation.services.database, request, command)

    def success(done: Done) -> SetBuffersSuccess:
        return SetBuffersSuccess(availability=availability_done(operation, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
