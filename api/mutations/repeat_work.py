"""repeatWork: what was set aside has its turn again."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.due_work import DueWork, due_work
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.repeat_work import RepeatWork
from commands.repeat_work import repeat_work as repeat
from commands.transaction import Request
from models.queries.set_aside import due_work_of_id


@given
class RepeatWorkInput:
    """Which work is tried again."""

    work: strawberry.ID = strawberry.field(description="The id of one of `setAsideWork`.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class RepeatWorkSuccess:
    """It has its turn now."""

    work: DueWork = strawberry.field(description="The work as it stands now.")


RepeatWorkResult = Annotated[
    RepeatWorkSuccess | PlainRefusal,
    strawberry.union("RepeatWorkResult", description="The work that has its turn, or why nothing was done."),
]


def repeat_work(info: Info, input: RepeatWorkInput) -> RepeatWorkResult | None:
    """For staff: have what failed for good tried again, once its cause has been put right. `WRONG_STATE`: it is not set aside."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = RepeatWork(work_id=key(input.work, "DueWork", "work"))
        return repeat(operation.services.database, request, command)

    def success(done: Done) -> RepeatWorkSuccess:
        row = due_work_of_id(operation.unit, done.object_id)
        if row is None:
            raise LookupError("due work is never removed")
        return RepeatWorkSuccess(work=due_work(row))

    return carry(operation, input.idempotency_key, run, success)
