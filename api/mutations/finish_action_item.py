"""finishActionItem: a next step is done."""

from typing import Annotated

import strawberry

from api.context import Info
from api.describe import given, output
from api.inputs import key
from api.mutations.changes import VERSION_WORDS
from api.mutations.frame import KEY_WORDS, carry
from api.types.notes import ActionItem, visible_items
from api.types.refusals import PlainRefusal
from commands.action_items import FinishActionItem
from commands.action_items import finish_action_item as finish
from commands.outcome import Done, Outcome
from commands.transaction import Request


@given
class FinishActionItemInput:
    """Which step is done."""

    action_item: strawberry.ID = strawberry.field(description="The id of the action item.")
    if_version: int = strawberry.field(description=VERSION_WORDS)
    done: bool = strawberry.field(description="Whether it is done.")
    idempotency_key: str = strawberry.field(description=KEY_WORDS)


@output
class FinishActionItemSuccess:
    """It is noted whether the step is done."""

    action_item: ActionItem = strawberry.field(description="The step as it stands.")


FinishActionItemResult = Annotated[
    FinishActionItemSuccess | PlainRefusal,
    strawberry.union("FinishActionItemResult", description="What stands now, or why nothing was done."),
]


def finish_action_item(info: Info, input: FinishActionItemInput) -> FinishActionItemResult | None:
    """Say that a next step is done, or after all not: its coach, and its member where it is shared."""
    operation = info.context

    def run(request: Request) -> Outcome:
        command = FinishActionItem(
            item_id=key(input.action_item, "ActionItem", "actionItem"), if_version=input.if_version, done=input.done
        )
        return finish(operation.services.database, request, command)

    def success(done: Done) -> FinishActionItemSuccess:
        return FinishActionItemSuccess(action_item=visible_items(operation, [done.object_id])[done.object_id])

    return carry(operation, input.idempotency_key, run, success)
