"""addTimeOff: a coach is away."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.membership import TimeOff, time_off
from api.types.refusals import PlainRefusal
from api.types.session import Session, sessions
from commands.add_time_off import AddTimeOff
from commands.add_time_off import add_time_off as add
from commands.outcome import Done, Outcome
from commands.transaction import Request
from models.queries.acquaintances import visible_times_off
from models.queries.views import sessions_within


@given
class AddTimeOffInput:
    """From when until just before when a coach is away."""

    coach: strawberry.ID = strawberry.field(description="The id of the coach.")
    starts_at: datetime
    ends_at: datetime
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class AddTimeOffSuccess:
    """The coach offers nothing in that stretch."""

    time_off: TimeOff
    sessions: list[Session] = strawberry.field(
        description="At most 100 scheduled sessions that already stand in it. None was changed: cancel or move them yourself."
    )


AddTimeOffResult = Annotated[
    AddTimeOffSuccess | PlainRefusal,
    strawberry.union("AddTimeOffResult", description="The time off, or why there is none."),
]


def add_time_off(info: Info, input: AddTimeOffInput) -> AddTimeOffResult | None:
    """For staff, and for coaches about themselves: a coach is away, and offers nothing meanwhile."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AddTimeOff(
            coach_id=key(input.coach, "Person", "coach"), starts_at=input.starts_at, ends_at=input.ends_at
        )
        return add(operation.services.database, request, command)

    def success(done: Done) -> AddTimeOffSuccess:
        row = visible_times_off(operation.unit, [done.object_id], reader=None)[done.object_id]
        standing = sessions_within(operation.unit, row.coach_id, row.starts_at, row.ends_at)
        return AddTimeOffSuccess(time_off=time_off(row), sessions=list(sessions(standing).values()))

    return carry(operation, input.idempotency_key, run, success)
