"""editActionItem: a next step is another one from now on."""

from datetime import date
from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key, words
from api.mutations.add_action_item import DUE_WORDS
from api.mutations.changes import VERSION_WORDS
from api.mutations.frame import KEY_WORDS, LONGEST_TEXT, carry
from api.types.notes import ActionItem, visible_items
from api.types.refusals import PlainRefusal
from commands.action_items import EditActionItem
from commands.action_items import edit_action_item as edit
from commands.outcome import Done, Outcome
from commands.transaction import Request
from policy.terms import Visibility


@given
class EditActionItemInput:
    """What the step is from now on."""

    action_item: strawberry.ID = strawberry.field(description="The id of the action item.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    text: str = strawberry.field(description="Its words, at most 10,000 characters.")
    visibility: Visibility = strawberry.field(description="Whether the member reads it.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)
    due_on: date | None = strawberry.field(default=None, description=DUE_WORDS)


@output
class EditActionItemSuccess:
    """The step is this from now on."""

    action_item: ActionItem = strawberry.field(description="The step as it stands.")


EditActionItemResult = Annotated[
    EditActionItemSuccess | PlainRefusal,
    strawberry.union("EditActionItemResult", description="What stands now, or why nothing was done."),
]


def edit_action_item(info: Info, input: EditActionItemInput) -> EditActionItemResult | None:
    """Change a next step of yours. Whether it is done stays as it was."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = EditActionItem(
            item_id=key(input.action_item, "ActionItem", "actionItem"),
            if_version=input.if_version,
            words=words(input.text, "text", longest=LONGEST_TEXT) or "",
            visibility=input.visibility,
            due_on=input.due_on,
        )
        return edit(operation.services.database, request, command)

    def success(done: Done) -> EditActionItemSuccess:
        return EditActionItemSuccess(action_item=visible_items(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
