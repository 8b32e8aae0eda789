"""addActionItem: a session leads to a next step."""

from datetime import date
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.changes import SESSION_WORDS
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.notes import ActionItem, visible_items
from api.types.refusals import PlainRefusal
from commands.action_items import AddActionItem
from commands.action_items import add_action_item as add
from commands.outcome import Done, Outcome
from commands.transaction import Request
from policy.terms import Visibility

DUE_WORDS = (
    "The day by which it should be done: the session's day or a later one; before a session, today or a later one."
)


@given
class AddActionItemInput:
    """The next step, and of which session."""

    session: strawberry.ID = strawberry.field(description=SESSION_WORDS)
    text: str = strawberry.field(description="Its words, at most 10,000 characters.")
    visibility: Visibility = strawberry.field(description="Whether the member reads it.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    due_on: date | None = strawberry.field(default=None, description=DUE_WORDS)


@output
class AddActionItemSuccess:
    """The step stands."""

    action_item: ActionItem = strawberry.field(description="The step as it stands.")


AddActionItemResult = Annotated[
    AddActionItemSuccess | PlainRefusal,
    strawberry.union("AddActionItemResult", description="What stands now, or why nothing was done."),
]


def add_action_item(info: Info, input: AddActionItemInput) -> AddActionItemResult | None:
    """As the coach of a session, write down a next step: for yourself, or shared with the member."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = AddActionItem(
            session_id=key(input.session, "Session", "session"),
            words=words(input.text, "text", longest=LONGEST_TEXT) or "",
            visibility=input.visibility,
            due_on=input.due_on,
        )
        return add(operation.services.database, request, command)

    def success(done: Done) -> AddActionItemSuccess:
        return AddActionItemSuccess(action_item=visible_items(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
