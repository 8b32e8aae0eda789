"""concludeTask: the team has done what it was asked."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, word, words
from api.mutations.changes import VERSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.task import Task, visible_tasks
from commands.conclude_task import ConcludeTask
from commands.conclude_task import conclude_task as conclude
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class ConcludeTaskInput:
    """Which task ended, and how."""

    task: strawberry.ID = strawberry.field(description="The id of the task.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    conclusion: str = strawberry.field(description="One of `Task.conclusions`.")
    note: str | None = strawberry.field(
        default=None, description="What there is to say about it, for the team, at most 4,000 characters."
    )


@output
class ConcludeTaskSuccess:
    """The task is done."""

    task: Task = strawberry.field(description="The task with its conclusion.")


ConcludeTaskResult = Annotated[
    ConcludeTaskSuccess | PlainRefusal,
    strawberry.union("ConcludeTaskResult", description="The task that is done, or why it is not."),
]


def conclude_task(info: Info, input: ConcludeTaskInput) -> ConcludeTaskResult | None:
    """For staff: conclude a task. It changes nothing else; what there is to change is changed by the ordinary verbs."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = ConcludeTask(
            task_id=key(input.task, "Task", "task"),
            conclusion=word(input.conclusion, "conclusion") or "",
            if_version=input.if_version,
            note=words(input.note, "note"),
        )
        return conclude(operation.services.database, request, command)

    def success(done: Done) -> ConcludeTaskSuccess:
        return ConcludeTaskSuccess(task=visible_tasks(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
