"""sendMessage: somebody writes to somebody, or to the team."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.refusals import PlainRefusal
from api.types.thread import Thread, visible_threads
from commands.outcome import Done, Outcome
from commands.transaction import Request
from commands.write_message import SendMessage
from commands.write_message import send_message as send


@given
class SendMessageInput:
    """To whom you write: in a `thread`, `to` a person, or, with neither, to the team."""

    text: str = strawberry.field(description="Your words, at most 10,000 characters.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    thread: strawberry.ID | None = strawberry.field(
        default=None, description="The id of a conversation to go on with; then without `to` and `session`."
    )
    to: strawberry.ID | None = strawberry.field(
        default=None, description="The id of your coach or your member, to begin a conversation or go on with it."
    )
    session: strawberry.ID | None = strawberry.field(
        default=None, description="The id of one of your sessions, if it is about one; it need not stand any more."
    )


@output
class SendMessageSuccess:
    """The message stands, and whoever it is for is told by a mail that does not repeat it."""

    thread: Thread = strawberry.field(description="The conversation, with your message.")


SendMessageResult = Annotated[
    SendMessageSuccess | PlainRefusal,
    strawberry.union("SendMessageResult", description="The conversation, or why nothing was written."),
]


def send_message(info: Info, input: SendMessageInput) -> SendMessageResult | None:
    """Write to your coach, your member, or the team. The other side reads it here; a mail only says that there is something."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = SendMessage(
            text=words(input.text, "text", longest=LONGEST_TEXT) or "",
            thread_id=None if input.thread is None else key(input.thread, "Thread", "thread"),
            to_id=None if input.to is None else key(input.to, "Person", "to"),
            session_id=None if input.session is None else key(input.session, "Session", "session"),
        )
        return send(operation.services.database, request, command)

    def success(done: Done) -> SendMessageSuccess:
        return SendMessageSuccess(thread=visible_threads(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
