"""markThreadRead: nothing in a conversation is unread any more."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from api.types.thread import Thread, visible_threads
from commands.outcome import Done, Outcome
from commands.transaction import Request
from commands.write_message import MarkThreadRead
from commands.write_message import mark_thread_read as mark


@given
class MarkThreadReadInput:
    """Which conversation you have read."""

    thread: strawberry.ID = strawberry.field(description="The id of the conversation.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class MarkThreadReadSuccess:
    """Nothing in it is unread for you."""

    thread: Thread = strawberry.field(description="The conversation.")


MarkThreadReadResult = Annotated[
    MarkThreadReadSuccess | PlainRefusal,
    strawberry.union("MarkThreadReadResult", description="The conversation, or why nothing was done."),
]


def mark_thread_read(info: Info, input: MarkThreadReadInput) -> MarkThreadReadResult | None:
    """Say that you have read everything in a conversation so far."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = MarkThreadRead(thread_id=key(input.thread, "Thread", "thread"))
        return mark(operation.services.database, request, command)

    def success(done: Done) -> MarkThreadReadSuccess:
        return MarkThreadReadSuccess(thread=visible_threads(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
