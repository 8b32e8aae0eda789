"""markNotificationsRead: messages of the notification centre were seen."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.frame import KEY_WORDS, carry
from api.types.refusals import PlainRefusal
from commands.outcome import Done, Outcome
from commands.read_notifications import MarkNotificationsRead
from commands.read_notifications import mark_notifications_read as mark
from commands.transaction import Request
from models.queries.views import unread_notifications


@given
class MarkNotificationsReadInput:
    """Up to which message you have read."""

    up_to: strawberry.ID = strawberry.field(description="The id of a message of yours: it and all before it are read.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class MarkNotificationsReadSuccess:
    """They are read."""

    unread: int = strawberry.field(description="How many messages of yours are still unread.")


MarkNotificationsReadResult = Annotated[
    MarkNotificationsReadSuccess | PlainRefusal,
    strawberry.union("MarkNotificationsReadResult", description="How many are left, or why nothing was done."),
]


def mark_notifications_read(info: Info, input: MarkNotificationsReadInput) -> MarkNotificationsReadResult | None:
    """Say that you have seen your messages up to this one."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = MarkNotificationsRead(up_to=key(input.up_to, "Notification", "upTo"))
        return mark(operation.services.database, request, command)

    def success(done: Done) -> MarkNotificationsReadSuccess:
        return MarkNotificationsReadSuccess(unread=unread_notifications(operation.unit, done.object_id))

    return carry(operation, input.idempotency_key, run, success)
